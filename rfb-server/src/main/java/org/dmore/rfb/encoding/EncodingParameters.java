package org.dmore.rfb.encoding;

import java.util.List;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PixelFormat;

/**
 * What a client wants of pixels: all that the bytes of a rectangle depend on beside the pixels and
 * the state of the client's zlib streams. Clients with equal parameters can be sent the same bytes
 * ({@link AreaEncoder#encodeShared}).
 *
 * @param encodings what it offered and carries pixels, best first; Raw needs no offer
 * @param quality of JPEG, 0 to 9 (rfbproto, JPEG Quality Level Pseudo-encoding), or {@link #UNSET}:
 *     then nothing may be lost save by an encoding that always loses
 * @param compression 0 to 9 (rfbproto, Compression Level Pseudo-encoding), or {@link #UNSET}
 * @param lastRect whether an update may end before its announced count of rectangles, so that an
 *     area may become several of them
 * @param format what its pixels are
 */
public record EncodingParameters(
    List<EncodingType> encodings,
    int quality,
    int compression,
    boolean lastRect,
    PixelTranslator format) {
  /** A level that the client did not name. */
  public static final int UNSET = -1;

  /** The greatest level, of quality and of compression. */
  public static final int MAX_LEVEL = 9;

  /** What a client takes that has said nothing. */
  public static final EncodingParameters INITIAL =
      new EncodingParameters(
          List.of(), UNSET, UNSET, false, new PixelTranslator(PixelFormat.RGB888));

  /**
   * Checks the levels.
   *
   * @throws IllegalArgumentException naming the one that is neither a level nor unset
   */
  public EncodingParameters {
    encodings = encodings.stream().filter(type -> type != EncodingType.COPY_RECT).toList();
    check("quality", quality);
    check("compression", compression);
  }

  private static void check(String name, int level) {
    if (level < UNSET || level > MAX_LEVEL) {
      throw new IllegalArgumentException(
          name + "=" + level + " is not within 0.." + MAX_LEVEL + " and not " + UNSET);
    }
  }

  /** What the client likes best; Raw if it offered nothing, as RFC 6143, 7.7.1 allows. */
  public EncodingType preferred() {
    return encodings.isEmpty() ? EncodingType.RAW : encodings.get(0);
  }

  /** Whether a rectangle may go by that encoding. */
  public boolean offers(EncodingType type) {
    return type == EncodingType.RAW || encodings.contains(type);
  }

  /** The same for other pixels. */
  public EncodingParameters withFormat(PixelTranslator other) {
    return new EncodingParameters(encodings, quality, compression, lastRect, other);
  }

  /**
   * The same without what loses: for a lossless refresh, and for a picture to be kept. Keep it
   * rather than make it for each area.
   */
  public EncodingParameters lossless() {
    List<EncodingType> exact = encodings.stream().filter(type -> !type.alwaysLossy()).toList();
    return new EncodingParameters(exact, UNSET, compression, lastRect, format);
  }
}
