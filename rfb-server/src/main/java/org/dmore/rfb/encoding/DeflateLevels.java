package org.dmore.rfb.encoding;

/**
 * What a client's compression level means to zlib, by what is compressed. Levels above a kind's own
 * best make it hardly shorter, for many times the time: what a level stands for was measured on
 * consoles' pictures ({@code dmore bench encoders}).
 */
enum DeflateLevels {
  /** A bit for each pixel: an eighth of a byte, so that time goes a long way. */
  BITMAP(5, "0145667899"),
  /** A byte for each pixel, or ZRLE's runs. */
  NUMBERS(4, "0134456679"),
  /** Pixels as they are; what has many colours has little that comes twice. */
  PIXELS(2, "0122345679");

  private final int unset;

  /** zlib's level for each of the client's, a digit each. */
  private final String levels;

  DeflateLevels(int unset, String levels) {
    this.unset = unset;
    this.levels = levels;
  }

  /** The level for a client, 0 to 9 as zlib counts. */
  int of(EncodingParameters wanted) {
    int level = wanted.compression();
    return level == EncodingParameters.UNSET ? unset : levels.charAt(level) - '0';
  }
}
