package org.dmore.vdev.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.dmore.rfb.RfbServer;
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
    pump = new EventPump(driver.ports().eventChannels(), loop);
    await().until(() -> pumpThreads() - threadsBefore == kind.threads);
  }

  private static long pumpThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("event-pump"))
        .count();
  }

  private EventPort allocate() throws Exception {
    return front.allocateUnbound(driver.id());
  }

  private void see(String what) {
    seen.add(loop.inEventLoop() ? what : what + " beside the loop");
  }

  @ParameterizedTest
  @EnumSource
  void eachNotificationIsHandledOnTheLoop(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused = pump.bind(guest.id(), remote, () -> see("event"));
    await().until(() -> seen.size() == 1); // pending since it was bound
    for (int i = 2; i <= 100; i++) {
      int expected = i;
      front.notify(remote);
      await().until(() -> seen.size() == expected);
    }
    assertThat(seen).containsOnly("event");
  }

  @ParameterizedTest
  @EnumSource
  void aPortThatWasUnboundIsHandledNoMore(Kind kind) throws Exception {
    start(kind);
    EventPort first = allocate();
    EventPort second = allocate();
    EventPort bound = pump.bind(guest.id(), first, () -> see("first"));
    EventPort unused = pump.bind(guest.id(), second, () -> see("second"));
    await().until(() -> seen.size() == 2);
    pump.unbind(bound);
    front.notify(first);
    front.notify(second);
    await().until(() -> seen.size() == 3);
    assertThat(seen).containsExactlyInAnyOrder("first", "second", "second");
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
        pump.bind(
            guest.id(),
            noisy,
            () -> {
              turns.incrementAndGet();
              front.notify(noisy); // while it is masked: pending at once when that ends
            });
    EventPort unusedToo = pump.bind(guest.id(), quiet, () -> see("quiet"));
    await().until(() -> seen.size() == 1);
    for (int i = 2; i <= 20; i++) {
      int expected = i;
      front.notify(quiet);
      await().until(() -> seen.size() == expected);
      assertThat(loop.submit(() -> "task").get(10, TimeUnit.SECONDS)).isEqualTo("task");
    }
    assertThat(turns.get()).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource
  void aHandlerThatFailsIsCalledAgain(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused =
        pump.bind(
            guest.id(),
            remote,
            () -> {
              see("event");
              throw new IllegalStateException("made to fail");
            });
    await().until(() -> seen.size() == 1);
    front.notify(remote);
    await().until(() -> seen.size() == 2);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsHandledAfterClose(Kind kind) throws Exception {
    start(kind);
    EventPort remote = allocate();
    EventPort unused = pump.bind(guest.id(), remote, () -> see("event"));
    await().until(() -> seen.size() == 1);
    pump.close();
    CountDownLatch turned = new CountDownLatch(1);
    front.notify(remote);
    loop.execute(() -> loop.execute(turned::countDown));
    assertThat(turned.await(10, TimeUnit.SECONDS)).isTrue();
    await().until(() -> pumpThreads() == threadsBefore);
    assertThat(seen).hasSize(1);
  }
}
