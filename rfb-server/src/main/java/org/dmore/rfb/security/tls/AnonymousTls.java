package org.dmore.rfb.security.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * TLS 1.2 without certificates, on the server's side of one connection: it keeps off those who
 * listen, and not those who stand in between.
 *
 * <p>VNC viewers know it as TLSNone, TLSVnc and TLSPlain. The JDK has the suites but forbids them
 * for the whole of a JVM, and BoringSSL has none; Bouncy Castle's protocol runs here without
 * touching either. Its ciphers are the JDK's.
 *
 * <p>The handshake, which costs some ms of arithmetic, is run by an executor, one piece of input
 * after the other; what comes meanwhile waits, bounded. Then all is done on the event loop.
 */
public final class AnonymousTls extends ChannelDuplexHandler {
  /** A client's handshake takes less than 2 KiB. */
  private static final int MAX_WAITING = 1 << 18;

  private static final int CHUNK = 1 << 14;

  private final TlsServerProtocol protocol = new TlsServerProtocol();
  private final AnonymousTlsServer server;
  private final Executor executor;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final byte[] chunk = new byte[CHUNK];

  private ChannelHandlerContext context;
  private ByteBuf waiting;
  private boolean handshaking = true;
  private boolean working;
  private boolean failed;

  /** Makes one connection's handler; the handshake begins when the client speaks. */
  public AnonymousTls(TlsCrypto crypto) {
    this(crypto, ForkJoinPool.commonPool());
  }

  /** As {@link #AnonymousTls(TlsCrypto)}, with an executor for the handshake. */
  public AnonymousTls(TlsCrypto crypto, Executor executor) {
    this.server = new AnonymousTlsServer(crypto);
    this.executor = executor;
  }

  /** Completed on the event loop: the handshake is done, or has failed. */
  public CompletionStage<Void> ready() {
    return ready;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws IOException {
    context = added;
    protocol.accept(server);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (failed) {
      in.release();
    } else if (handshaking) {
      collect(in);
      work();
    } else {
      decrypt(in);
    }
  }

  // ---- the handshake

  private void collect(ByteBuf in) {
    try {
      if (waiting == null) {
        waiting = context.alloc().heapBuffer(in.readableBytes());
      }
      waiting.writeBytes(in);
    } finally {
      in.release();
    }
  }

  private void work() {
    if (working || waiting == null) {
      return;
    }
    if (waiting.readableBytes() > MAX_WAITING) {
      fail(new IOException("tls-handshake-bytes=" + waiting.readableBytes() + " are too many"));
      return;
    }
    byte[] input = new byte[waiting.readableBytes()];
    waiting.readBytes(input);
    releaseWaiting();
    working = true;
    try {
      executor.execute(() -> handshake(input));
    } catch (RejectedExecutionException e) {
      working = false;
      fail(new IOException("the executor for TLS is shut down", e));
    }
  }

  /** By the executor; the loop leaves the protocol alone meanwhile. */
  private void handshake(byte[] input) {
    IOException problem = null;
    try {
      protocol.offerInput(input);
    } catch (IOException e) {
      problem = e;
    } catch (RuntimeException e) {
      problem = new IOException("TLS failed: " + e, e);
    }
    IOException outcome = problem;
    try {
      context.executor().execute(() -> handshaken(outcome));
    } catch (RejectedExecutionException e) {
      // The loops are shut down and the connection with them.
    }
  }

  private void handshaken(IOException problem) {
    working = false;
    if (failed || context.isRemoved()) {
      end();
      return;
    }
    if (problem != null) {
      fail(problem);
      return;
    }
    sendOutput();
    if (protocol.isHandshaking()) {
      work();
      return;
    }
    handshaking = false;
    ready.complete(null);
    deliver();
    ByteBuf rest = waiting;
    waiting = null;
    if (rest != null) {
      decrypt(rest);
    }
    context.fireChannelReadComplete();
  }

  // ---- after it

  private void decrypt(ByteBuf in) {
    try {
      while (in.isReadable() && !failed) {
        int length = Math.min(in.readableBytes(), CHUNK);
        in.readBytes(chunk, 0, length);
        protocol.offerInput(chunk, 0, length);
        deliver();
      }
    } catch (IOException e) {
      fail(e);
      return;
    } finally {
      in.release();
    }
    sendOutput();
    if (protocol.isClosed() && !failed) {
      // close_notify: all that came before is handed over.
      ChannelFuture unused = context.close();
    }
  }

  private void deliver() {
    int length = protocol.getAvailableInputBytes();
    if (length > 0) {
      ByteBuf plain = context.alloc().heapBuffer(length);
      protocol.readInput(plain.array(), plain.arrayOffset(), length);
      plain.writerIndex(length);
      context.fireChannelRead(plain);
    }
  }

  @Override
  public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf out = null;
    try {
      if (handshaking || failed || protocol.isClosed()) {
        promise.tryFailure(new ClosedChannelException());
        return;
      }
      out = from.alloc().ioBuffer(in.readableBytes() + 64 * (1 + in.readableBytes() / CHUNK));
      while (in.isReadable()) {
        int length = Math.min(in.readableBytes(), CHUNK);
        in.readBytes(chunk, 0, length);
        protocol.writeApplicationData(chunk, 0, length);
        takeOutput(out);
      }
      ChannelFuture unused = from.write(out, promise);
      out = null;
    } catch (IOException e) {
      promise.tryFailure(e);
      fail(e);
    } finally {
      in.release();
      if (out != null) {
        out.release();
      }
    }
  }

  private void sendOutput() {
    int length = protocol.getAvailableOutputBytes();
    if (length > 0) {
      ByteBuf out = context.alloc().ioBuffer(length);
      takeOutput(out);
      ChannelFuture unused = context.writeAndFlush(out);
    }
  }

  private void takeOutput(ByteBuf out) {
    for (int left = protocol.getAvailableOutputBytes(); left > 0; ) {
      int length = Math.min(left, chunk.length);
      protocol.readOutput(chunk, 0, length);
      out.writeBytes(chunk, 0, length);
      left -= length;
    }
  }

  // ---- the end

  @Override
  public void close(ChannelHandlerContext from, ChannelPromise promise) {
    closeOutbound();
    ChannelFuture unused = from.close(promise);
  }

  /** Tells the client that nothing more will be sent, by close_notify. On the event loop. */
  public void closeOutbound() {
    if (!handshaking && !failed && !protocol.isClosed()) {
      try {
        protocol.close();
        sendOutput();
      } catch (IOException e) {
        failed = true; // it ends either way
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    end();
    from.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext from) {
    end();
  }

  private void fail(IOException problem) {
    sendOutput(); // an alert that says why
    ready.completeExceptionally(problem);
    end();
    context.fireExceptionCaught(problem);
    ChannelFuture unused = context.close();
  }

  private void end() {
    failed = true;
    releaseWaiting();
    ready.completeExceptionally(new IOException("TLS ended in its handshake"));
  }

  private void releaseWaiting() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
