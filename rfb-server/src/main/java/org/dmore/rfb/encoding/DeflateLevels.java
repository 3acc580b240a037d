package org.dmore.rfb.encoding;

/**
 * What a client's compression level means, by what is compressed. Levels above a kind's own best
 * make it hardly shorter, for many times the time: what a level stands for was measured on
 * consoles' pictures ({@code dmore bench encoders}).
 *
 * <p>libdeflate is for pixels alone: with them it takes half of zlib's time or makes them shorter;
 * what there is little of, or what repeats, zlib has done in the time of a call.
 */
enum DeflateLevels {
  /** A bit for each pixel: an eighth of a byte, so that time goes a long way. */
  BITMAP(3, "0145667899", "0000000000"),
  /** A byte for each pixel. */
  NUMBERS(3, "0134456679", "0000000000"),
  /** ZRLE's bits and runs: less than a byte for each pixel. */
  TILES(5, "0134456679", "0000000000"),
  /** Pixels as they are; what has many colours has little that comes twice. */
  PIXELS(2, "0122345679", "0122556789");

  /** Which of the client's levels is meant where it names none. */
  private final int unset;

  /** A digit for each of the client's levels. */
  private final String zlib;

  private final String libdeflate;

  DeflateLevels(int unset, String zlib, String libdeflate) {
    this.unset = unset;
    this.zlib = zlib;
    this.libdeflate = libdeflate;
  }

  /** The level for a client. */
  DeflateLevel of(EncodingParameters wanted) {
    int named = wanted.compression();
    int level = named == EncodingParameters.UNSET ? unset : named;
    return new DeflateLevel(zlib.charAt(level) - '0', libdeflate.charAt(level) - '0');
  }
}
