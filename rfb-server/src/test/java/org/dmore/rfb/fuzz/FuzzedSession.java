package org.dmore.rfb.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.Sharing;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.security.AddressBlocklist;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.session.Audience;
import org.dmore.rfb.session.EmbeddedSessions;
import org.dmore.rfb.session.EncodingPool;
import org.dmore.rfb.session.SessionContext;
import org.dmore.rfb.session.SessionRegistry;
import org.dmore.rfb.session.SharedClipboard;
import org.dmore.rfb.session.Workspaces;
import org.slf4j.LoggerFactory;

/**
 * A session that is told any bytes, and what must hold all the same: nothing throws but what is
 * malformed, memory is bounded, and when the client is gone no buffer, task, listener or session is
 * left.
 */
final class FuzzedSession implements AutoCloseable {
  private static final long MAX_MEMORY = 64 << 20;
  private static final int MAX_CUT_TEXT = 4096;

  private final MemoryDesktop desktop;
  private final UnpooledByteBufAllocator allocator =
      new UnpooledByteBufAllocator(false, true, false);
  private final SessionRegistry registry = new SessionRegistry(1, 1);
  private final Sink sink = new Sink();
  private final ErrorTrap trap = new ErrorTrap();
  private final EmbeddedChannel channel;
  private long heard;

  FuzzedSession(MemoryDesktop desktop, SecurityType... security) {
    this.desktop = desktop;
    RfbLimits limits = RfbLimits.builder().maxCutText(MAX_CUT_TEXT).build();
    SessionContext context =
        new SessionContext(
            desktop,
            new Picture(desktop, limits.maxComparedPixels(), (x, y, width, height) -> {}),
            new EncodingPool(0),
            sink::open,
            List.of(security),
            Sharing.HONOUR_CLIENT,
            new Audience(desktop, ControlPolicy.whenIdle(Duration.ZERO)),
            new SharedClipboard(),
            Optional.of((action, client) -> CompletableFuture.completedFuture(null)),
            limits,
            new AddressBlocklist(1 << 20, Duration.ofNanos(1), System::nanoTime),
            registry,
            new Workspaces());
    channel = new EmbeddedSessions(context).connect(allocator);
  }

  /** Says all, in pieces of at most that many bytes. */
  void say(byte[] bytes, int piece) {
    for (int at = 0; at < bytes.length && channel.isOpen(); at += piece) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
      ByteBuf in = allocator.buffer(part.length).writeBytes(part);
      channel.writeInbound(in);
      turn();
      settle();
      check();
    }
  }

  /** Lets the loop do what is due. */
  void turn() {
    EmbeddedSessions.turn(channel);
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** What was sent since the last call. */
  byte[] hear() {
    byte[] bytes = EmbeddedSessions.hear(channel);
    heard += bytes.length;
    return bytes;
  }

  /** Bytes that were heard in all. */
  long heard() {
    hear();
    return heard;
  }

  /** What came out as input, in its order. */
  List<String> events() {
    return sink.events;
  }

  private void check() {
    channel.checkException();
    trap.check();
    long memory = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    if (memory > MAX_MEMORY) {
      throw new AssertionError("memory=" + memory + " limit=" + MAX_MEMORY);
    }
  }

  @Override
  public void close() {
    try {
      channel.close().syncUninterruptibly();
      for (int i = 0; i < 3; i++) {
        // Farewells and deadlines that are still due.
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        turn();
      }
      settle();
      hear();
      check();
      require(!channel.hasPendingTasks(), "a task outlives its connection");
      channel.finishAndReleaseAll();
      require(registry.sessions().isEmpty(), "a session outlives its connection");
      require(desktop.listeners() == 0, "a listener outlives its connection");
      require(sink.open == 0, "a sink outlives its connection");
      long memory = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
      require(memory == 0, "leaked-bytes=" + memory);
    } finally {
      trap.remove();
    }
  }

  /** Lets threads that work for the connection end what they do: TLS shakes hands on them. */
  private void settle() {
    boolean quiet = ForkJoinPool.commonPool().awaitQuiescence(20, TimeUnit.SECONDS);
    require(quiet, "a handshake does not end");
    turn();
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Writes down what it gets, and pauses now and then as a full one does. */
  private static final class Sink implements InputSink {
    private final List<String> events = new ArrayList<>();
    private int open;

    InputSink open(Client client) {
      open++;
      return this;
    }

    @Override
    public void key(boolean down, int keysym, int scancode) {
      events.add("key " + down + " " + keysym + " " + scancode);
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      events.add("pointer " + buttons + " " + x + "," + y);
    }

    @Override
    public void clipboard(String text) {
      events.add("clipboard " + text);
    }

    @Override
    public void close() {
      open--;
    }
  }

  /** What the server logs as an error is its own fault, whatever the client said. */
  private static final class ErrorTrap extends AppenderBase<ILoggingEvent> {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.dmore.rfb");
    private final List<ILoggingEvent> errors = new ArrayList<>();

    ErrorTrap() {
      logger.setLevel(Level.ERROR);
      logger.setAdditive(false);
      setContext(logger.getLoggerContext());
      start();
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      errors.add(event);
    }

    void check() {
      if (!errors.isEmpty()) {
        ILoggingEvent first = errors.get(0);
        Throwable cause =
            first.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
        throw new AssertionError(first.getFormattedMessage(), cause);
      }
    }

    void remove() {
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(null);
      stop();
    }
  }
}
