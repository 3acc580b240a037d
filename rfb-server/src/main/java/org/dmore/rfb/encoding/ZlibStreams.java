package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/**
 * A connection's zlib streams. They live until it ends: clients keep theirs across SetEncodings and
 * SetPixelFormat. What compresses them is of the loop's {@link DeflaterPool} and may be taken away
 * between two rectangles; bytes that are only {@linkplain #append appended} need none.
 *
 * <p>Used on the connection's event loop.
 */
public final class ZlibStreams implements Deflation, AutoCloseable {
  /** The streams that are not Tight's. */
  enum Name {
    ZLIB(0),
    ZRLE(1);

    private final int index;

    Name(int index) {
      this.index = index;
    }

    /** From 0, without gaps. */
    int index() {
      return index;
    }
  }

  private static final int TIGHT_STREAMS = 3;
  private static final int HEAD_LENGTH = 2;

  private final Stream[] streams = {new Stream(), new Stream()};
  private final Stream[] tight = {new Stream(), new Stream(), new Stream()};
  private final DeflaterPool pool;
  private Stream begun = tight[0];
  private boolean closed;

  /** One stream's state. */
  private static final class Stream {
    boolean headSent;

    /** Whether what the client has in its window is what the deflater has in its own. */
    boolean continuous;
  }

  /** Makes streams that are compressed by the loop's deflaters. */
  public ZlibStreams(DeflaterPool pool) {
    this.pool = pool;
  }

  /**
   * Appends what was encoded for all clients with this one's parameters, with the head of a zlib
   * stream where this client never had it.
   */
  public void append(SharedRectangles shared, ByteBuf out) {
    ByteBuf bytes = shared.bytes();
    int zlib = interrupt(streams[Name.ZLIB.index()], shared.zlibLengthAt());
    int zrle = interrupt(streams[Name.ZRLE.index()], shared.zrleLengthAt());
    int from = bytes.readerIndex();
    from = appendHead(bytes, from, Math.min(zlib, zrle), out);
    from = appendHead(bytes, from, Math.max(zlib, zrle), out);
    out.writeBytes(bytes, from, bytes.writerIndex() - from);
  }

  /** Returns where a length has to be changed for the head's sake, or MAX_VALUE. */
  private static int interrupt(Stream stream, int lengthAt) {
    if (lengthAt == SharedRectangles.NONE) {
      return Integer.MAX_VALUE;
    }
    stream.continuous = false;
    if (stream.headSent) {
      return Integer.MAX_VALUE;
    }
    stream.headSent = true;
    return lengthAt;
  }

  private static int appendHead(ByteBuf bytes, int from, int lengthAt, ByteBuf out) {
    if (lengthAt == Integer.MAX_VALUE) {
      return from;
    }
    out.writeBytes(bytes, from, lengthAt - from);
    out.writeInt(bytes.getInt(lengthAt) + HEAD_LENGTH);
    out.writeShort(DeflateBlocks.ZLIB_HEAD);
    return lengthAt + Integer.BYTES;
  }

  @Override
  public void deflate(Name name, DeflateLevel level, byte[] bytes, int length, ByteBuf out) {
    Stream stream = streams[name.index()];
    prepare(stream, level);
    if (!stream.headSent) {
      stream.headSent = true;
      out.writeShort(DeflateBlocks.ZLIB_HEAD);
    }
    pool.take(stream).deflate(bytes, length, out);
  }

  @Override
  public int beginTight(int wanted, DeflateLevel level) {
    if (wanted < 0 || wanted >= TIGHT_STREAMS) {
      throw new IllegalArgumentException("tight-stream=" + wanted + " is not within 0..2");
    }
    begun = tight[wanted];
    prepare(begun, level);
    return wanted << 4;
  }

  @Override
  public void deflateTight(byte[] bytes, int length, ByteBuf out) {
    if (!begun.headSent) {
      begun.headSent = true;
      out.writeShort(DeflateBlocks.ZLIB_HEAD);
    }
    pool.take(begun).deflate(bytes, length, out);
  }

  private void prepare(Stream stream, DeflateLevel level) {
    if (closed) {
      throw new IllegalStateException("zlib streams of a closed connection");
    }
    boolean kept = stream.continuous && pool.has(stream);
    DeflateBlocks blocks = pool.take(stream);
    if (!kept || !blocks.hasLevel(level.zlib())) {
      blocks.forget(level.zlib());
      stream.continuous = true;
    }
  }

  /** Gives its deflaters back. */
  @Override
  public void close() {
    closed = true;
    for (Stream stream : streams) {
      pool.release(stream);
    }
    for (Stream stream : tight) {
      pool.release(stream);
    }
  }
}
