package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.dmore.rfb.protocol.RfbProtocolException;

/**
 * Feeds an {@link RfbReader} with what the socket gives, and holds it back while the reader's
 * handler wants a pause.
 *
 * <p>What a message has not used stays in the buffer that came from the socket; bytes are copied
 * only where a message straddles two reads. A pause takes effect between two messages. While it
 * lasts the socket is not read; what had been read stays here, one read's worth at most.
 *
 * <p>The end of the connection is reported ({@link Events#ended}) after every whole message that
 * was received before it has been handed over. If the connection ends during a pause, that is when
 * the pause is over.
 *
 * <p>Threading: on the channel's event loop, save {@link #pause} and {@link #resume}, which any
 * thread may call.
 */
public final class RfbChannelHandler extends ChannelInboundHandlerAdapter {

  /** What the connection has to hear besides its messages. */
  public interface Events {
    /** The socket is connected. */
    void opened(ChannelHandlerContext context);

    /** Bytes came. */
    void received(int bytes);

    /** The client sent what is not RFB, or more than a limit allows. */
    void malformed(RfbProtocolException problem);

    /** The handler failed: its own fault, or that of the code it calls. */
    void failed(RuntimeException problem);

    /** The socket failed. Netty closes the channel once nothing more can be read. */
    void socketFailed(Throwable cause);

    /** The channel can take output again, or cannot. */
    void writabilityChanged();

    /** The channel is closed. Messages may still be handed over until {@link #ended}. */
    void closed();

    /** The channel is closed and all messages are handed over. Called once. */
    void ended();
  }

  private final RfbReader reader;
  private final Events events;

  private ChannelHandlerContext context;
  private ByteBuf buffer;
  private ChannelHandlerContext unfed;
  private boolean reading;
  private boolean closed;
  private boolean ended;
  private volatile boolean paused;

  public RfbChannelHandler(RfbReader reader, Events events) {
    this.reader = reader;
    this.events = events;
  }

  /** Hands over no further message; at once if called on the event loop. */
  public void pause() {
    paused = true;
    applyPause();
  }

  /** Hands over what is here, soon and on the event loop, and reads on. */
  public void resume() {
    paused = false;
    // Never from within the caller: it may be in the middle of its own work, or of a message.
    context.executor().execute(this::readOn);
  }

  /** Throws away what is not handed over; with a closed channel this is the end. */
  public void discard() {
    reader.expect(RfbReader.State.BAD_MESSAGE);
    paused = false;
    if (!reading) {
      readOn();
    }
  }

  /**
   * Puts a codec between the socket and this handler. What is here and not read yet passes through
   * it first. On the event loop.
   */
  public void insert(ChannelInboundHandler codec) {
    context.pipeline().addBefore(context.name(), null, codec);
    unfed = context.pipeline().context(codec);
    if (!reading) {
      feedCodec();
    }
  }

  /** Not while a message is being read: its buffer must stay. */
  private void feedCodec() {
    ChannelHandlerContext codec = unfed;
    ByteBuf rest = buffer;
    unfed = null;
    buffer = null;
    if (rest != null) {
      feed(codec, rest);
    }
  }

  private static void feed(ChannelHandlerContext codec, ByteBuf rest) {
    ChannelInboundHandler handler = (ChannelInboundHandler) codec.handler();
    try {
      handler.channelRead(codec, rest);
      handler.channelReadComplete(codec);
    } catch (Exception e) {
      fail(handler, codec, e);
    }
  }

  /** Whether messages are held back. */
  public boolean isPaused() {
    return paused;
  }

  /** The codec hears of its failure itself, as in a pipeline. */
  private static void fail(
      ChannelInboundHandler handler, ChannelHandlerContext codec, Exception problem) {
    try {
      handler.exceptionCaught(codec, problem);
    } catch (Exception e) {
      codec.fireExceptionCaught(e);
    }
  }

  private void applyPause() {
    if (context.executor().inEventLoop()) {
      // Evaluated here, so that pauses and resumes of several threads cannot pass each other.
      context.channel().config().setAutoRead(!paused);
    } else {
      context.executor().execute(this::applyPause);
    }
  }

  private void readOn() {
    applyPause();
    readMessages();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    events.opened(active);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (ended) {
      in.release();
      return;
    }
    events.received(in.readableBytes());
    buffer =
        buffer == null
            ? in
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(from.alloc(), buffer, in);
    readMessages();
  }

  private void readMessages() {
    if (reading || ended) {
      return;
    }
    reading = true;
    try {
      while (!paused && unfed == null && buffer != null && reader.read(buffer)) {
        if (!buffer.isReadable()) {
          break;
        }
      }
      boundUnread();
    } catch (RfbProtocolException e) {
      events.malformed(e);
    } catch (RuntimeException e) {
      reader.expect(RfbReader.State.BAD_MESSAGE);
      events.failed(e);
    } finally {
      reading = false;
    }
    if (unfed != null) {
      feedCodec();
    }
    if (buffer != null) {
      if (!buffer.isReadable()) {
        releaseBuffer();
      } else if (buffer.refCnt() == 1) {
        buffer.discardSomeReadBytes();
      }
    }
    endIfDone();
  }

  /** A wall behind the reader's own limits, whatever message or security step is added to it. */
  private void boundUnread() {
    if (!paused && unfed == null && buffer != null && buffer.readableBytes() > reader.maxUnread()) {
      int bytes = buffer.readableBytes();
      int limit = reader.maxUnread();
      RfbReader.State state = reader.state();
      reader.expect(RfbReader.State.BAD_MESSAGE);
      throw new RfbProtocolException(
          "unread-bytes=" + bytes + " are more than limit=" + limit + " of state=" + state);
    }
  }

  private void endIfDone() {
    if (closed && !paused && !ended) {
      ended = true;
      releaseBuffer();
      events.ended();
    }
  }

  private void releaseBuffer() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    closed = true;
    events.closed();
    if (!reading) {
      readMessages();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    if (!closed) {
      closed = true;
      events.closed();
      readMessages();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    events.writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      // The client has ended TLS: nothing that it sends on the bare socket would be its own.
      ChannelFuture unused = from.close();
    } else if (!(event instanceof ChannelInputShutdownEvent)) {
      from.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    events.socketFailed(cause);
  }
}
