package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/**
 * Compresses pixels as a JPEG image. Holds scratch memory of a worker; used by one thread at a
 * time.
 */
interface Jpeg extends AutoCloseable {

  /** How much less colour than brightness is kept. */
  enum Subsampling {
    /** 4:4:4, all of it. */
    NONE(0, 1, 1),
    /** 4:2:2, half of it. */
    HALF(1, 2, 1),
    /** 4:2:0, a quarter of it. */
    QUARTER(2, 2, 2);

    private final int turboNumber;
    private final int horizontal;
    private final int vertical;

    Subsampling(int turboNumber, int horizontal, int vertical) {
      this.turboNumber = turboNumber;
      this.horizontal = horizontal;
      this.vertical = vertical;
    }

    /** As TurboJPEG's API counts. */
    int turboNumber() {
      return turboNumber;
    }

    /** The sampling factor of brightness, of colour's 1. */
    int horizontal() {
      return horizontal;
    }

    /** As {@link #horizontal}. */
    int vertical() {
      return vertical;
    }
  }

  /**
   * What a client's quality level means: TigerVNC's figures, which its users know.
   *
   * @param percent 1 to 100, as libjpeg counts
   */
  record Quality(int percent, Subsampling subsampling) {
    private static final Quality[] LEVELS = {
      new Quality(15, Subsampling.QUARTER),
      new Quality(29, Subsampling.QUARTER),
      new Quality(41, Subsampling.QUARTER),
      new Quality(42, Subsampling.HALF),
      new Quality(62, Subsampling.HALF),
      new Quality(77, Subsampling.HALF),
      new Quality(79, Subsampling.NONE),
      new Quality(86, Subsampling.NONE),
      new Quality(92, Subsampling.NONE),
      new Quality(100, Subsampling.NONE)
    };

    /** For level 0 to 9. */
    static Quality of(int level) {
      return LEVELS[level];
    }
  }

  /** What the log calls it. */
  String name();

  /**
   * Appends a whole JPEG file.
   *
   * @param rgb {@code width * height} pixels {@code 0x00RRGGBB} row by row
   */
  void compress(int[] rgb, int width, int height, Quality quality, ByteBuf out);

  /** Frees what the JVM does not. */
  @Override
  default void close() {}
}
