package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/** A worker's JPEG compressor, made when its first photo comes: most consoles show none. */
final class LazyJpeg implements AutoCloseable {
  /** Where a client takes JPEG but named no quality. */
  private static final int DEFAULT_LEVEL = 8;

  /** Null until it is needed. */
  private Jpeg jpeg;

  /** Whether pixels of a format may come as JPEG: clients make 16 or 32-bit pixels of it only. */
  static boolean suits(PixelTranslator format) {
    return format.format().trueColour() && format.bytesPerPixel() > 1;
  }

  /** Appends an image. */
  void compress(PixelBlock block, EncodingParameters wanted, ByteBuf out) {
    if (jpeg == null) {
      jpeg = JpegLibraries.open();
    }
    int level = wanted.quality() == EncodingParameters.UNSET ? DEFAULT_LEVEL : wanted.quality();
    jpeg.compress(block.rgb(), block.width(), block.height(), Jpeg.Quality.of(level), out);
  }

  @Override
  public void close() {
    if (jpeg != null) {
      jpeg.close();
    }
  }
}
