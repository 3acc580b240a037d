package org.dmore.rfb.security.rsaaes;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.List;

/**
 * Messages of RSA-AES: a length of 16 bits, which is authenticated, that many bytes encrypted, and
 * a tag of 16 bytes. The nonce is a counter of 128 bits, little-endian, one for each direction.
 *
 * <p>Each buffer that is written becomes a message of its own, or several if it is long.
 */
final class EaxCodec extends ByteToMessageCodec<ByteBuf> {
  /** As TigerVNC has it: short enough to be shown as it comes. */
  private static final int MAX_WRITTEN = 8192;

  private static final int MAX_READ = 0xffff;
  private static final int HEADER = 2;

  private final Eax incoming;
  private final Eax outgoing;
  private final byte[] incomingNonce = new byte[16];
  private final byte[] outgoingNonce = new byte[16];
  private final byte[] header = new byte[HEADER];
  private final byte[] tag = new byte[Eax.TAG_LENGTH];
  private final byte[] written = new byte[MAX_WRITTEN];
  private byte[] read = new byte[256];

  private boolean stopped;
  private boolean corrupted;
  private ChannelHandlerContext context;

  /**
   * Takes the keys of both directions.
   *
   * @param fromClient 16 or 32 bytes
   * @param toClient as many
   */
  EaxCodec(byte[] fromClient, byte[] toClient) {
    incoming = new Eax(fromClient);
    outgoing = new Eax(toClient);
  }

  /** From here on, nothing is encrypted. On the event loop. */
  void stop() {
    stopped = true;
    // Not at once: it may be in the middle of a read.
    context.executor().execute(() -> context.pipeline().remove(this));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    context = added;
  }

  @Override
  protected void encode(ChannelHandlerContext to, ByteBuf in, ByteBuf out) {
    if (stopped) {
      out.writeBytes(in);
      return;
    }
    while (in.isReadable()) {
      int length = Math.min(in.readableBytes(), MAX_WRITTEN);
      in.readBytes(written, 0, length);
      setHeader(length);
      outgoing.encrypt(outgoingNonce, header, written, length, tag);
      increment(outgoingNonce);
      out.writeBytes(header).writeBytes(written, 0, length).writeBytes(tag);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) {
    if (stopped) {
      out.add(in.readRetainedSlice(in.readableBytes()));
      return;
    }
    if (corrupted) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < HEADER) {
      return;
    }
    int length = in.getUnsignedShort(in.readerIndex());
    if (in.readableBytes() < HEADER + length + Eax.TAG_LENGTH) {
      return;
    }
    in.skipBytes(HEADER);
    if (read.length < length) {
      read = new byte[length <= MAX_WRITTEN ? MAX_WRITTEN : MAX_READ];
    }
    in.readBytes(read, 0, length).readBytes(tag);
    setHeader(length);
    if (!incoming.decrypt(incomingNonce, header, read, length, tag)) {
      corrupted = true;
      throw new DecoderException(
          new IOException("a message of bytes=" + length + " does not bear its key's tag"));
    }
    increment(incomingNonce);
    if (length > 0) {
      out.add(from.alloc().heapBuffer(length).writeBytes(read, 0, length));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    from.fireExceptionCaught(cause);
    if (corrupted) {
      ChannelFuture unused = from.close();
    }
  }

  private void setHeader(int length) {
    header[0] = (byte) (length >> 8);
    header[1] = (byte) length;
  }

  private static void increment(byte[] nonce) {
    for (int i = 0; i < nonce.length; i++) {
      nonce[i]++;
      if (nonce[i] != 0) {
        return;
      }
    }
  }
}
