package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import org.dmore.rfb.protocol.EncodingType;

/** Zlib (rfbproto): Raw's bytes through one zlib stream. */
final class ZlibEncoder implements Encoder {
  private static final int PIXELS = 4096;

  private final DeflateStream stream = new DeflateStream();
  private final byte[] bytes = new byte[PIXELS * 4];

  @Override
  public EncodingType type() {
    return EncodingType.ZLIB;
  }

  @Override
  public boolean encode(int[] pixels, int width, int height, PixelTranslator format, ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(0);
    int count = width * height;
    for (int from = 0; from < count; from += PIXELS) {
      int now = Math.min(PIXELS, count - from);
      stream.write(bytes, format.storePixels(pixels, from, now, bytes, 0), out);
    }
    stream.flush(out);
    out.setInt(start, out.writerIndex() - start - 4);
    return true;
  }

  @Override
  public void close() {
    stream.close();
  }
}
