package org.dmore.rfb.encoding;

import org.dmore.rfb.protocol.EncodingType;

/**
 * Chooses how a rectangle is encoded: by the client's first encoding that suits its pixel format.
 * There are three exceptions.
 *
 * <ul>
 *   <li>One pixel is Raw: it is shorter than with any encoding's head.
 *   <li>JPEG is for photos: what is drawn goes by the client's next encoding.
 *   <li>A photo goes by JPEG where the client names a quality, offers JPEG and likes an encoding
 *       best that cannot lose.
 * </ul>
 */
final class EncodingChooser {
  private EncodingChooser() {}

  /** The encoding for a rectangle. */
  static EncodingType choose(PixelBlock block, EncodingParameters wanted) {
    if (block.count() == 1) {
      return EncodingType.RAW;
    }
    EncodingType exact = exact(wanted);
    if (exact != EncodingType.TIGHT
        && exact != EncodingType.TIGHT_PNG
        && wanted.encodings().contains(EncodingType.JPEG)
        && (wanted.quality() != EncodingParameters.UNSET || wanted.preferred() == EncodingType.JPEG)
        && LazyJpeg.suits(wanted.format())
        && block.isPhoto()) {
      return EncodingType.JPEG;
    }
    return exact;
  }

  /** Whether parts of different kinds are better off as rectangles of their own. */
  static boolean isWorthSplitting(EncodingParameters wanted) {
    EncodingType type = exact(wanted);
    return type == EncodingType.TIGHT || type == EncodingType.TIGHT_PNG;
  }

  private static EncodingType exact(EncodingParameters wanted) {
    for (int i = 0; i < wanted.encodings().size(); i++) {
      EncodingType type = wanted.encodings().get(i);
      if (type != EncodingType.JPEG
          && (type != EncodingType.TIGHT_PNG || wanted.format().hasTightPixel())) {
        return type;
      }
    }
    return EncodingType.RAW;
  }
}
