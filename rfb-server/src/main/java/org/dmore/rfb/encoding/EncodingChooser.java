package org.dmore.rfb.encoding;

import org.dmore.rfb.protocol.EncodingType;

/** Chooses how a rectangle is encoded: by the first encoding of the client's list. */
final class EncodingChooser {
  /** The encoding for a rectangle of that size. */
  EncodingType choose(EncodingParameters wanted, int width, int height) {
    // One pixel is shorter as Raw than with any encoding's head.
    return width * height == 1 ? EncodingType.RAW : wanted.preferred();
  }
}
