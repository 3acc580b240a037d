package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * A zlib stream that lives as long as its connection: each rectangle continues it and ends with a
 * flush, so that the client can decode the rectangle at once. Compresses straight into the output
 * buffer.
 */
final class DeflateStream implements AutoCloseable {
  /**
   * Consoles are flat colour and text, which higher levels hardly make smaller; time on the event
   * loop is what counts.
   */
  private static final int LEVEL = 2;

  private static final int CHUNK = 8192;

  private final Deflater deflater = new Deflater(LEVEL);

  /** Compresses bytes; they must stay as they are until this returns. */
  void write(byte[] bytes, int length, ByteBuf out) {
    deflater.setInput(bytes, 0, length);
    while (!deflater.needsInput()) {
      deflateTo(out, Deflater.NO_FLUSH);
    }
  }

  /** Makes everything that was written decodable. */
  void flush(ByteBuf out) {
    while (deflateTo(out, Deflater.SYNC_FLUSH)) {
      // the space was used up: there may be more
    }
  }

  /** Returns whether the space was used up. */
  private boolean deflateTo(ByteBuf out, int flush) {
    out.ensureWritable(CHUNK);
    int space = Math.min(out.writableBytes(), 8 * CHUNK);
    ByteBuffer target = out.internalNioBuffer(out.writerIndex(), space);
    int written = deflater.deflate(target, flush);
    out.writerIndex(out.writerIndex() + written);
    return written == space;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
