package org.dmore.rfb.encoding;

/**
 * How hard to compress, as each library counts.
 *
 * @param zlib 0, which stores, to 9
 * @param libdeflate 1 to 9, or {@link #ZLIBS} for what zlib is to compress wherever it is
 */
record DeflateLevel(int zlib, int libdeflate) {
  /** In place of libdeflate's level: zlib's is taken. */
  static final int ZLIBS = 0;

  /** Checks. */
  DeflateLevel {
    if (zlib < 0 || zlib > 9 || libdeflate < ZLIBS || libdeflate > 9) {
      throw new IllegalArgumentException("zlib=" + zlib + " libdeflate=" + libdeflate);
    }
  }
}
