package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.dmore.rfb.session.LoopTimer;

/**
 * Tells by its first byte what a connection speaks. An HTTP or TLS client speaks first and at once;
 * an RFB client waits for the server. So one that has sent nothing for a moment is taken for RFB.
 * That moment is what a shared port costs an RFB client, once; a port of its own has none.
 */
final class PortSniffer extends ChannelInboundHandlerAdapter {
  /** Record type of a TLS ClientHello (RFC 8446, 5.1). */
  private static final int TLS_HANDSHAKE = 0x16;

  /** First letters of HTTP's methods. RFB begins with R. */
  private static final String METHODS = "CDGHOPT";

  /**
   * What a connection can turn out to be; each adds its handlers.
   *
   * @param other it sent something, but neither HTTP nor TLS
   * @param silent it has sent nothing for a while
   */
  record Choices(
      Consumer<Channel> http,
      Consumer<Channel> tls,
      Consumer<Channel> other,
      Consumer<Channel> silent) {}

  private final Choices choices;
  private final Duration patience;
  private Optional<LoopTimer> timer = Optional.empty();
  private boolean decided;

  /**
   * Makes one for a connection.
   *
   * @param patience how long to wait for its first byte
   */
  PortSniffer(Choices choices, Duration patience) {
    this.choices = choices;
    this.patience = patience;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        Optional.of(
            LoopTimer.start(context.executor(), patience, () -> decide(context, choices.silent())));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    timer.ifPresent(LoopTimer::cancel);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // What follows becomes active when it is known.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (!in.isReadable()) {
      in.release();
      return;
    }
    int first = in.getUnsignedByte(in.readerIndex());
    Consumer<Channel> choice =
        first == TLS_HANDSHAKE
            ? choices.tls()
            : METHODS.indexOf(first) >= 0 ? choices.http() : choices.other();
    decide(context, choice);
    context.fireChannelRead(in);
  }

  /** It is gone before it said what it is: what scanners do, and nothing to be told of. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    ChannelFuture unused = context.close();
  }

  private void decide(ChannelHandlerContext context, Consumer<Channel> choice) {
    if (decided || !context.channel().isActive()) {
      return;
    }
    decided = true;
    choice.accept(context.channel());
    context.fireChannelActive();
    context.pipeline().remove(this);
  }
}
