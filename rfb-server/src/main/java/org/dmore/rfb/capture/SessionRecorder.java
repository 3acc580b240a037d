package org.dmore.rfb.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client within the process that asks for updates and keeps what it hears.
 *
 * <p>It is a client like any other to the server, on a channel of its own: recorded is what a
 * viewer of these encodings is sent, whatever other clients there are, by the same code and the
 * same flow control. A disk that cannot follow is a client that does not read: frames are left out,
 * and where it takes nothing for the server's stall timeout the recording ends.
 *
 * <p>RFB 3.3 is spoken, since players expect it; the server's version, which is 3.8, is written as
 * 3.3.
 */
public final class SessionRecorder implements Recording {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRecorder.class);
  private static final byte[] VERSION = "RFB 003.003\n".getBytes(StandardCharsets.US_ASCII);
  private static final int EVERYTHING = 0xffff;
  private static final long CLOSE_SECONDS = 10;

  private final RecordingOptions options;
  private final EventLoop loop;
  private final RecordingChannel channel;
  private final RecordingWriter writer;
  private final long startNanos = System.nanoTime();

  // On the event loop.
  private final ServerMessages messages = new ServerMessages();
  private long accepted;
  private boolean ending;
  private String reason = "";
  private boolean asked;

  private SessionRecorder(
      RecordingOptions options,
      EventLoop loop,
      WritableByteChannel frames,
      Optional<WritableByteChannel> input,
      int outputBuffer) {
    this.options = options;
    this.loop = loop;
    this.channel = new RecordingChannel(this::take);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(Math.max(1, outputBuffer / 4), outputBuffer));
    this.writer =
        new RecordingWriter(
            frames,
            input,
            options.maxWaiting(),
            () -> onLoop(channel::roomAgain),
            () -> onLoop(() -> finish("it could not be written")));
  }

  /**
   * Begins to record.
   *
   * @param frames receives FBS; closed at the end
   * @param input receives lines of {@link #key} and {@link #pointer}; closed at the end
   * @param outputBuffer bytes that wait for the recording before encoding stops
   * @param session makes a channel a client's session; called on the loop, before the channel is
   *     active
   */
  public static SessionRecorder start(
      RecordingOptions options,
      EventLoop loop,
      WritableByteChannel frames,
      Optional<WritableByteChannel> input,
      int outputBuffer,
      Consumer<Channel> session) {
    SessionRecorder recorder = new SessionRecorder(options, loop, frames, input, outputBuffer);
    recorder.onLoop(() -> recorder.begin(session));
    return recorder;
  }

  @Override
  public long bytes() {
    return writer.bytes();
  }

  @Override
  public CompletionStage<End> ended() {
    return writer.ended();
  }

  @Override
  public void close() {
    onLoop(() -> end("closed"));
    try {
      End unused = writer.ended().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      writer.abandon(new IOException("the disk took nothing for seconds=" + CLOSE_SECONDS));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      writer.abandon(e);
      Thread.currentThread().interrupt();
    }
  }

  /** A client's key; on any event loop. */
  public void key(long client, boolean down, int keysym, int scancode) {
    line(
        "\"client\":%d,\"key\":\"%s\",\"keysym\":%d,\"scancode\":%d"
            .formatted(client, down ? "down" : "up", keysym, scancode));
  }

  /** A client's pointer; on any event loop. */
  public void pointer(long client, int buttons, int x, int y) {
    line("\"client\":%d,\"buttons\":%d,\"x\":%d,\"y\":%d".formatted(client, buttons, x, y));
  }

  /** A client's motion; on any event loop. */
  public void motion(long client, int buttons, int dx, int dy) {
    line("\"client\":%d,\"buttons\":%d,\"dx\":%d,\"dy\":%d".formatted(client, buttons, dx, dy));
  }

  private void line(String content) {
    String line = "{\"ms\":" + millis() + "," + content + "}\n";
    writer.offerLine(ByteBufUtil.writeUtf8(channel.alloc(), line));
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private void onLoop(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      writer.finish("the server is closed");
    }
  }

  private void begin(Consumer<Channel> session) {
    channel
        .pipeline()
        .addLast(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel registered) {
                session.accept(registered);
              }
            });
    Future<?> limit =
        loop.schedule(
            () -> end("maxTime=" + options.maxTime() + " is reached"),
            options.maxTime().toMillis(),
            TimeUnit.MILLISECONDS);
    ChannelFuture closed = channel.closeFuture();
    closed.addListener(
        any -> {
          limit.cancel(false);
          closed();
        });
    ChannelFuture unused = loop.register(channel);
  }

  private void closed() {
    if (reason.isEmpty()) {
      LOG.warn("recording bytes={} is cut, since it took nothing for too long", writer.bytes());
      writer.abandon(
          new IOException("the disk took nothing for the server's stallTimeout, or it failed"));
    } else {
      writer.finish(reason);
    }
  }

  /** Takes what the server wrote; false if there is no room for it. */
  private boolean take(ByteBuf said) {
    boolean isVersion = messages.state() == ServerMessages.State.VERSION;
    ByteBuf copy =
        isVersion
            ? channel.alloc().buffer(VERSION.length).writeBytes(VERSION)
            : said.retainedSlice();
    int length = copy.readableBytes();
    if (!writer.offerFrame(copy, millis())) {
      copy.release();
      return false;
    }
    accepted += length;
    ServerMessages.State before = messages.state();
    long updates = messages.updates();
    try {
      messages.follow(said);
    } catch (IllegalStateException e) {
      writer.abandon(e);
      return true;
    }
    if (before == ServerMessages.State.VERSION) {
      say(channel.alloc().buffer().writeBytes(VERSION));
    }
    if (before == ServerMessages.State.SECURITY_TYPE) {
      say(channel.alloc().buffer().writeByte(1)); // ClientInit: shared
    }
    if (messages.isAtBoundary() && (before == ServerMessages.State.SERVER_INIT)) {
      offer();
      askLater();
    }
    if (messages.updates() > updates) {
      asked = false;
      askLater();
    }
    if (accepted >= options.maxBytes()) {
      end("maxBytes=" + options.maxBytes() + " is reached");
    }
    if (ending && messages.isAtBoundary()) {
      onLoop(() -> finish(reason));
    }
    return true;
  }

  private void offer() {
    int[] encodings = {
      options.encoding().number(),
      EncodingType.COPY_RECT.number(),
      PseudoEncoding.DESKTOP_SIZE.number(),
      PseudoEncoding.CURSOR.number()
    };
    ByteBuf message = channel.alloc().buffer();
    message.writeByte(2).writeByte(0).writeShort(encodings.length);
    for (int encoding : encodings) {
      message.writeInt(encoding);
    }
    say(message);
  }

  private void askLater() {
    if (asked) {
      return;
    }
    asked = true;
    Future<?> unused =
        loop.schedule(
            () -> {
              if (!ending && channel.isActive()) {
                ByteBuf request = channel.alloc().buffer();
                request.writeByte(3).writeByte(1).writeShort(0).writeShort(0);
                request.writeShort(EVERYTHING).writeShort(EVERYTHING);
                channel.pipeline().fireChannelRead(request);
              }
            },
            TimeUnit.SECONDS.toNanos(1) / options.framesPerSecond(),
            TimeUnit.NANOSECONDS);
  }

  /** Never from within the server's own write. */
  private void say(ByteBuf message) {
    loop.execute(
        () -> {
          if (channel.isActive()) {
            channel.pipeline().fireChannelRead(message);
          } else {
            message.release();
          }
        });
  }

  /** Ends it with the update that is being sent. */
  private void end(String why) {
    if (!ending) {
      ending = true;
      reason = why;
      if (messages.isAtBoundary()) {
        finish(why);
      }
    }
  }

  private void finish(String why) {
    if (channel.isOpen()) {
      if (reason.isEmpty()) {
        reason = why;
      }
      LOG.info("recording ends reason=\"{}\" bytes={}", reason, writer.bytes());
      ChannelFuture unused = channel.close();
    }
  }
}
