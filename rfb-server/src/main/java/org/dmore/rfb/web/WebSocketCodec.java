package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.session.LoopTimer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a WebSocket as a stream of bytes (RFC 6455, sections 5 to 7): what comes in
 * binary messages is handed on as it comes, each write goes out as one frame, its header before the
 * caller's buffer, which is not copied.
 *
 * <p>Pings are answered, the last one of a read only, and not while the socket takes no output: a
 * client that floods them and reads nothing makes no output pile up. When nothing was written for a
 * while a ping goes out, or else proxies on the way would cut a console at which nothing happens.
 *
 * <p>The end. A client's Close is answered and the socket closed; what came before has been handed
 * on. A violation of the protocol is told in a Close. {@link #endOutput} says Close and leaves the
 * client time to answer; closing the channel says it and closes at once.
 *
 * <p>Used on the channel's event loop.
 */
final class WebSocketCodec extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketCodec.class);

  private static final int LAST_FRAME = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;
  private static final int MAX_HEADER = 10;

  /** How long the answer to a Close may take to go out. */
  private static final long CLOSE_MILLIS = 1000;

  private final WebSocketReader reader;
  private final Duration pingInterval;
  private final Runnable violated;

  private ChannelHandlerContext context;
  private Optional<LoopTimer> pingTimer = Optional.empty();
  private boolean wroteLately;
  private boolean inputEnded;
  private boolean closeSent;

  /**
   * Makes a codec for one connection.
   *
   * @param maxFrame longest payload of a client's frame, in bytes
   * @param pingInterval how long nothing may be written before a ping is
   * @param violated the client broke the protocol
   */
  WebSocketCodec(long maxFrame, Duration pingInterval, Runnable violated) {
    this.violated = violated;
    this.reader = new WebSocketReader(maxFrame);
    this.pingInterval = pingInterval;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    startPingTimer();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    pingTimer.ifPresent(LoopTimer::cancel);
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    pingTimer.ifPresent(LoopTimer::cancel);
    inactive.fireChannelInactive();
  }

  // ---- from the client

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (inputEnded) {
      in.release();
      return;
    }
    WebSocketReader.State state = reader.read(in);
    inputEnded = state != WebSocketReader.State.OPEN;
    if (in.isReadable()) {
      from.fireChannelRead(in);
    } else {
      in.release();
    }
    if (state == WebSocketReader.State.VIOLATED) {
      violated.run();
      LOG.warn(
          "websocket address={} malformed: {}", from.channel().remoteAddress(), reader.violation());
    }
    if (inputEnded) {
      endOutput(reader.closeCode());
      closeSoon();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    sendPong();
    from.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    sendPong();
    changed.fireChannelWritabilityChanged();
  }

  private void sendPong() {
    if (reader.hasPing() && !closeSent && context.channel().isWritable()) {
      ByteBuf frame = frame(WebSocketReader.PONG, reader.pongLength(), reader.pongLength());
      reader.takePong(frame);
      ChannelFuture unused = context.writeAndFlush(frame, context.voidPromise());
    }
  }

  // ---- to the client

  @Override
  public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
    ByteBuf payload = (ByteBuf) message;
    if (closeSent) {
      // No frame may follow a Close.
      payload.release();
      promise.trySuccess();
      return;
    }
    wroteLately = true;
    ChannelFuture unused =
        to.write(frame(WebSocketReader.BINARY, payload.readableBytes(), 0), to.voidPromise());
    unused = to.write(payload, promise);
  }

  /** The header of a frame, in a buffer that has room for some of its payload as well. */
  private ByteBuf frame(int opcode, int length, int room) {
    ByteBufAllocator alloc = context.alloc();
    ByteBuf out = alloc.ioBuffer(MAX_HEADER + room);
    out.writeByte(LAST_FRAME | opcode);
    if (length < LENGTH_16) {
      out.writeByte(length);
    } else if (length < 1 << 16) {
      out.writeByte(LENGTH_16).writeShort(length);
    } else {
      out.writeByte(LENGTH_64).writeLong(length);
    }
    return out;
  }

  private void startPingTimer() {
    wroteLately = false;
    pingTimer =
        Optional.of(
            LoopTimer.start(
                context.executor(),
                pingInterval,
                () -> {
                  boolean wrote = wroteLately;
                  wroteLately = false;
                  return wrote;
                },
                this::sendPing));
  }

  private void sendPing() {
    // Nothing is written while the socket takes nothing: that would only add to what waits.
    if (!closeSent && context.channel().isWritable()) {
      ChannelFuture unused =
          context.writeAndFlush(frame(WebSocketReader.PING, 0, 0), context.voidPromise());
    }
    startPingTimer();
  }

  // ---- the end

  /** Says that no more output comes. The channel is closed when the client has answered. */
  void endOutput() {
    endOutput(WebSocketReader.NORMAL);
  }

  private void endOutput(int code) {
    if (closeSent || !context.channel().isActive()) {
      return;
    }
    ByteBuf frame = frame(WebSocketReader.CLOSE, 2, 2);
    frame.writeShort(code);
    closeSent = true;
    ChannelFuture unused = context.writeAndFlush(frame, context.voidPromise());
  }

  /** Closes the socket once what was written is in the kernel's hands, or after a while. */
  private void closeSoon() {
    if (!context.channel().isActive()) {
      return;
    }
    // An empty write is done when all writes before it are.
    ChannelFuture written = context.writeAndFlush(context.alloc().buffer(0));
    ChannelFuture unused = written.addListener(done -> closeNow());
    Future<?> unusedToo =
        context.executor().schedule(this::closeNow, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void closeNow() {
    ChannelFuture unused = context.close();
  }

  @Override
  public void close(ChannelHandlerContext closing, ChannelPromise promise) {
    if (closing.channel().isWritable()) {
      endOutput(WebSocketReader.NORMAL);
    }
    ChannelFuture unused = closing.close(promise);
  }
}
