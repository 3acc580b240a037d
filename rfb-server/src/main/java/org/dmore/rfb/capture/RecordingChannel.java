package org.dmore.rfb.capture;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.function.Predicate;

/**
 * A connection whose client is a recording: what is written goes to it as far as it has room, and
 * waits in the channel else, as with a socket. So a session holds back by its own rules.
 */
final class RecordingChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final Predicate<ByteBuf> output;
  private boolean open = true;
  private boolean active;

  /**
   * Makes a channel that is active once it is registered.
   *
   * @param output takes a buffer that stays the channel's; false if it must come again after {@link
   *     #roomAgain}
   */
  RecordingChannel(Predicate<ByteBuf> output) {
    super(null);
    this.output = output;
  }

  /** There is room for output again; on the event loop. */
  void roomAgain() {
    if (isOpen()) {
      unsafe().flush();
    }
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    active = true;
    promise.setSuccess();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    for (Object message = in.current(); message != null; message = in.current()) {
      if (!output.test((ByteBuf) message)) {
        return;
      }
      in.remove();
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        promise.setFailure(new UnsupportedOperationException("it is connected"));
      }
    };
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return RecordingAddress.INSTANCE;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return RecordingAddress.INSTANCE;
  }

  @Override
  protected void doBind(SocketAddress local) {
    throw new UnsupportedOperationException("it is connected");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    open = false;
    active = false;
  }

  @Override
  protected void doBeginRead() {
    // What the recording asks for comes by itself.
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  /** No address: it is within the process. */
  static final class RecordingAddress extends SocketAddress {
    private static final long serialVersionUID = 1;
    static final RecordingAddress INSTANCE = new RecordingAddress();

    private RecordingAddress() {}

    @Override
    public String toString() {
      return "recording";
    }
  }
}
