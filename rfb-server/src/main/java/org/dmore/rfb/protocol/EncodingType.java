package org.dmore.rfb.protocol;

import java.util.Optional;

/** The encodings of pixels that this server writes (RFC 6143, 7.7 and rfbproto). */
public enum EncodingType {
  RAW(0),
  COPY_RECT(1),
  RRE(2),
  HEXTILE(5),
  ZLIB(6),
  TIGHT(7),
  ZRLE(16),
  JPEG(21),
  TIGHT_PNG(-260);

  private final int number;

  EncodingType(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Whether its pixels never come as they were. */
  public boolean alwaysLossy() {
    return this == JPEG;
  }

  /** The encoding of that number, if this server knows it. */
  public static Optional<EncodingType> of(int number) {
    for (EncodingType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
