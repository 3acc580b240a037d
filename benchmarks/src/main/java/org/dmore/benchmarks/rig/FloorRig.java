package org.dmore.benchmarks.rig;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.dmore.rfb.RfbServer;

/**
 * What nobody can be faster than with these means: the same client, the same kind of Netty server,
 * and a handler that only counts messages. Optionally the count is made by another thread that the
 * handler wakes, as a guest's interrupt has to.
 */
public final class FloorRig implements TripRig {
  private final Arrivals keys = new Arrivals();
  private final IoEventLoopGroup group = RfbServer.newEventLoopGroup(1, "floor");
  private final WokenThread woken;
  private final Channel listener;
  private final KeyClient client;

  /**
   * Builds it; returns when a message can be sent.
   *
   * @param wakeThread whether another thread is woken to count
   */
  public FloorRig(boolean wakeThread) throws IOException {
    woken = new WokenThread(keys);
    LongConsumer arrived = wakeThread ? woken::raise : keys::add;
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(transport())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Counter(arrived));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      end();
      throw new IOException("no port on the loopback can be opened", bound.cause());
    }
    listener = bound.channel();
    try {
      client = KeyClient.connect((InetSocketAddress) listener.localAddress());
    } catch (IOException e) {
      end();
      throw e;
    }
  }

  /** The client's end. */
  @Override
  public KeyClient client() {
    return client;
  }

  /** The server's end: counts messages. */
  @Override
  public Arrivals keys() {
    return keys;
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
      listener.close().awaitUninterruptibly();
    } finally {
      end();
    }
  }

  private void end() {
    woken.end();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private static Class<? extends ServerChannel> transport() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Counts whole messages. */
  private static final class Counter extends ChannelInboundHandlerAdapter {
    private final LongConsumer arrived;
    private int bytes;

    Counter(LongConsumer arrived) {
      this.arrived = arrived;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      bytes += in.readableBytes();
      in.release();
      int whole = bytes / KeyClient.MESSAGE_LENGTH;
      bytes %= KeyClient.MESSAGE_LENGTH;
      if (whole > 0) {
        arrived.accept(whole);
      }
    }
  }
}
