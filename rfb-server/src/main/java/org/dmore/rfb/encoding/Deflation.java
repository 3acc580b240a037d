package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;

/**
 * Where an encoder's bytes are compressed to: a client's own streams, which go on from what it was
 * sent before, or blocks that know of nothing before them.
 *
 * <p>Both rest on one fact of deflate (RFC 1951): a block need not refer to anything before it, and
 * after a flush (an empty stored block) the next one begins on a byte. So raw deflate with a fresh
 * window, ended by a flush, continues any zlib stream (RFC 1950) whose 2-byte head was sent, and
 * whatever follows it may do so as well, so long as it does not refer to what came before either.
 */
interface Deflation {
  /**
   * Appends compressed bytes to a Zlib or ZRLE rectangle and flushes, so that the client can decode
   * it at once.
   */
  void deflate(ZlibStreams.Name stream, DeflateLevel level, byte[] bytes, int length, ByteBuf out);

  /**
   * Begins a Tight rectangle's stream.
   *
   * @param wanted 0 to 2: what an encoder keeps for pixels of one kind
   * @return bits 0 to 3 of the compression control: streams to be reset; bits 4 and 5: the stream
   */
  int beginTight(int wanted, DeflateLevel level);

  /** Appends compressed bytes to the Tight stream that was begun last, and flushes. */
  void deflateTight(byte[] bytes, int length, ByteBuf out);
}
