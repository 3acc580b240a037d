package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dmore.rfb.RfbServer;
import org.dmore.vdev.backend.EventPump;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a loop that waits for event channels itself, and on one for which a thread does. */
class EventPumpTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private MachineRoom room;
  private EmbeddedDomain guest;
  private EmbeddedDomain driver;
  private EventChannels front;
  private IoEventLoopGroup group;
  private EventLoop loop;
  private EventPump pump;
  private long threadsBefore;
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  /** Kinds of loop. */
  enum Kind {
    EPOLL(() -> RfbServer.newEventLoopGroup(1, "pump-test"), 0),
    NIO(() -> new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()), 1);

    @SuppressWarnings("ImmutableEnumChecker") // a function
    private final Supplier<IoEventLoopGroup> group;

    private final int threads;

    Kind(Supplier<IoEventLoopGroup> group, int threads) {
      this.group = group;
      this.threads = threads;
    }
  }

  @BeforeEach
  void build() throws Exception {
    room = MachineRoom.builder().host("alpha", 64 << 20).build();
    EmbeddedHost host = room.host("alpha");
    guest = host.createDomain(DomainConfig.of("guest", 4 << 20));
    driver = host.createDomain(DomainConfig.of("driver", 4 << 20).asDriverDomain());
    host.unpause(guest);
    host.unpause(driver);
    front = guest.ports().eventChannels();
  }

  @AfterEach
  void close() {
    pump.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    assertThat(room.invariantViolations()).isEmpty();
    room.close();
  }

  private void start(Kind kind) {
    threadsBefore = pumpThreads();
    group = kind.group.get();
    loop = group.next();
    pump = new EventPump(driver.ports().eventChannels(), loop, LoopDescriptor.on(loop));
    await().atMost(SOON).until(() -> pumpThreads() - threadsBefore == kind.threads);
  }

  private static long pumpThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("event-pump"))
        .count();
  }

  private EventPort allocate() throws Exception {
    return front.allocateUnbound(driver.id());
  }

  /** On the loop, as consoled does. */
  private EventPort bind(EventPort remote, Runnable handler) throws Exception {
    return loop.submit(() -> pump.bind(guest.id(), remote, handler)).get(10, TimeUnit.SECONDS);
  }

  private void see(String what) {
    seen.add(loop.inEventLoop() ? what : what + " beside the loop");
  }

  private long count(String what) {
    return seen.stream().filter(what::equals).count();
  }

  /** That a new port is pending may have been seen before or not; a notification must be. */
  private void assertHandled(EventPort remote, String what) {
    long before = count(what);
    front.notify(remote);
    await().atMost(SOON).until(() -> count(what) > before);
  }

  @ParameterizedTest
  @EnumSource
  void eachNotificationIsHandledOnTheLoop(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused = bind(remote, () -> see("event"));
    for (int i = 0; i < 100; i++) {
      assertHandled(remote, "event");
    }
    assertThat(seen).containsOnly("event").hasSizeLessThanOrEqualTo(101);
  }

  @ParameterizedTest
  @EnumSource
  void aPortThatWasUnboundIsHandledNoMore(Kind kind) throws Exception {
    start(kind);
    EventPort first = allocate();
    EventPort second = allocate();
    EventPort bound = bind(first, () -> see("first"));
    EventPort unused = bind(second, () -> see("second"));
    assertHandled(first, "first");
    assertHandled(second, "second");
    loop.submit(
            () -> {
              pump.unbind(bound);
              return null;
            })
        .get(10, TimeUnit.SECONDS);
    long before = count("first");
    for (int i = 0; i < 3; i++) {
      front.notify(first);
      assertHandled(second, "second");
    }
    assertThat(count("first")).isEqualTo(before);
  }

  /** The other port and the loop's own tasks get their turns all the time. */
  @ParameterizedTest
  @EnumSource
  void aGuestThatNotifiesWithoutEndDoesNotHoldTheLoop(Kind kind) throws Exception {
    start(kind);
    EventPort noisy = allocate();
    EventPort quiet = allocate();
    AtomicInteger turns = new AtomicInteger();
    EventPort unused =
        bind(
            noisy,
            () -> {
              turns.incrementAndGet();
              front.notify(noisy); // while it is masked: pending at once when that ends
            });
    EventPort unusedToo = bind(quiet, () -> see("quiet"));
    front.notify(noisy);
    for (int i = 0; i < 5; i++) {
      int before = turns.get();
      assertHandled(quiet, "quiet");
      assertThat(loop.submit(() -> "task").get(30, TimeUnit.SECONDS)).isEqualTo("task");
      await().atMost(SOON).until(() -> turns.get() > before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandlerThatFailsIsCalledAgain(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused =
        bind(
            remote,
            () -> {
              see("event");
              throw new IllegalStateException("made to fail");
            });
    assertHandled(remote, "event");
    assertHandled(remote, "event");
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsHandledAfterClose(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused = bind(remote, () -> see("event"));
    assertHandled(remote, "event");
    pump.close();
    CountDownLatch turned = new CountDownLatch(1);
    loop.execute(() -> loop.execute(turned::countDown)); // what was on its way has come
    assertThat(turned.await(10, TimeUnit.SECONDS)).isTrue();
    await().atMost(SOON).until(() -> pumpThreads() == threadsBefore);
    long before = count("event");
    front.notify(remote);
    CountDownLatch again = new CountDownLatch(1);
    loop.execute(() -> loop.execute(again::countDown));
    assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(count("event")).isEqualTo(before);
  }
}
