package org.dmore.rfb.encoding;

/** What a client's compression level means to zlib. */
final class DeflateLevels {
  /**
   * Consoles are flat colour and text, which higher levels hardly make smaller; time is what
   * counts.
   */
  private static final int DEFAULT = 2;

  private DeflateLevels() {}

  static int of(EncodingParameters wanted) {
    return wanted.compression() == EncodingParameters.UNSET ? DEFAULT : wanted.compression();
  }
}
