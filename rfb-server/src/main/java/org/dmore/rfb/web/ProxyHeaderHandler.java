package org.dmore.rfb.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.rfb.session.LoopTimer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the client's address out of the PROXY header that {@link HAProxyMessageDecoder} has read,
 * and lets the connection go on.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderHandler.class);

  /** Of the header's extra fields (TLVs), none of which is used. */
  private static final int MAX_EXTRA = 1024;

  private final Duration timeout;
  private final ServerMetrics metrics;
  private final BiConsumer<Channel, SocketAddress> next;
  private Optional<LoopTimer> timer = Optional.empty();
  private boolean refused;

  private ProxyHeaderHandler(
      Duration timeout, ServerMetrics metrics, BiConsumer<Channel, SocketAddress> next) {
    this.timeout = timeout;
    this.metrics = metrics;
    this.next = next;
  }

  /**
   * Makes a connection wait for its header.
   *
   * @param next adds the handlers of what comes then, for the client's address
   */
  static void await(
      Channel channel,
      Duration timeout,
      ServerMetrics metrics,
      BiConsumer<Channel, SocketAddress> next) {
    channel
        .pipeline()
        .addLast(
            new HAProxyMessageDecoder(MAX_EXTRA), new ProxyHeaderHandler(timeout, metrics, next));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        Optional.of(
            LoopTimer.start(
                context.executor(),
                timeout,
                () ->
                    refuse(
                        context,
                        Refusal.TOO_SLOW,
                        "no PROXY header for seconds=" + timeout.toSeconds())));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    timer.ifPresent(LoopTimer::cancel);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // What follows becomes active when the header is here.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    HAProxyMessage header = (HAProxyMessage) message;
    SocketAddress client;
    try {
      client = clientOf(header, context.channel());
    } finally {
      header.release();
    }
    next.accept(context.channel(), client);
    // The decoder removes itself now and hands what follows the header to the next handlers.
    context.fireChannelActive();
    context.pipeline().remove(this);
  }

  /** LOCAL is the proxy on its own account, a health check; UNKNOWN tells no address. */
  private static SocketAddress clientOf(HAProxyMessage header, Channel channel) {
    if (header.command() == HAProxyCommand.PROXY && header.sourceAddress() != null) {
      InetAddress address = NetUtil.createInetAddressFromIpAddressString(header.sourceAddress());
      if (address != null) {
        return new InetSocketAddress(address, header.sourcePort());
      }
    }
    return channel.remoteAddress();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    refuse(context, Refusal.MALFORMED, String.valueOf(cause.getMessage()));
  }

  private void refuse(ChannelHandlerContext context, Refusal why, String reason) {
    if (!refused) {
      refused = true;
      metrics.refused(why);
      LOG.warn(
          "proxy address={} refused reason=\"{}\": every connection to this port must begin with a"
              + " PROXY header",
          context.channel().remoteAddress(),
          reason);
      ChannelFuture unused = context.close();
    }
  }
}
