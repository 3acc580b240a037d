package org.dmore.rfb.encoding;

import java.util.List;
import org.dmore.rfb.protocol.EncodingType;

/**
 * The one place that chooses how a rectangle is encoded: the first encoding of the client's list
 * that carries pixels. Raw if there is none, as RFC 6143, 7.7.1 allows.
 */
public final class EncodingChooser {
  private EncodingType preferred = EncodingType.RAW;

  /** Takes the client's list, best first. */
  public void offer(List<EncodingType> offered) {
    preferred =
        offered.stream()
            .filter(type -> type != EncodingType.COPY_RECT)
            .findFirst()
            .orElse(EncodingType.RAW);
  }

  /** What the client likes best. */
  public EncodingType preferred() {
    return preferred;
  }

  /** The encoding for a rectangle of that size. */
  public EncodingType choose(int width, int height) {
    // One pixel is shorter as Raw than with any encoding's head.
    return width * height == 1 ? EncodingType.RAW : preferred;
  }
}
