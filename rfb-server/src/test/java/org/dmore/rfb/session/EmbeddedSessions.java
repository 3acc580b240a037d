package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.dmore.rfb.security.ConnectionInfo;

/** Sessions on channels in memory, whose loop turns only when it is told to. */
public final class EmbeddedSessions {
  private final SessionContext context;

  public EmbeddedSessions(SessionContext context) {
    this.context = context;
  }

  /** Connects a client. */
  public EmbeddedChannel connect() {
    return connect(ByteBufAllocator.DEFAULT);
  }

  /** Connects a client whose buffers are of that allocator. Time stands still. */
  public EmbeddedChannel connect(ByteBufAllocator allocator) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    channel.freezeTime();
    Session.accept(
        context, channel, new TcpTransport(ConnectionInfo.plain(channel.remoteAddress())));
    // The channel was active before the session came.
    channel.pipeline().fireChannelActive();
    turn(channel);
    return channel;
  }

  /** What the client says; the channel's loop has its turns. */
  public static void say(EmbeddedChannel channel, byte[] bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    turn(channel);
  }

  /** Lets the loop do what is due. */
  public static void turn(EmbeddedChannel channel) {
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }

  /** What the client has heard since the last call. */
  public static byte[] hear(EmbeddedChannel channel) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }
}
