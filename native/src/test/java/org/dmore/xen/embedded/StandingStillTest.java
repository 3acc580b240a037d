package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Virtual CPUs, attached loops, watch threads: what runs in a domain, and how it is stopped. */
class StandingStillTest {
  private static final long MIB = 1 << 20;

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private MachineRoom room;
  private EmbeddedHost host;
  private EmbeddedDomain domain;

  @BeforeEach
  void build() throws XenException {
    room = MachineRoom.builder().host("h1", 64 * MIB).build();
    host = room.host("h1");
    domain =
        host.createDomain(DomainConfig.of("guest", 4 * MIB).withParkLimit(Duration.ofSeconds(2)));
  }

  @AfterEach
  void close() {
    loop.shutdownNow();
    room.close();
  }

  private AtomicInteger tickingOn(java.util.concurrent.Executor executor) {
    AtomicInteger ticks = new AtomicInteger();
    Runnable[] tick = new Runnable[1];
    tick[0] =
        () -> {
          ticks.incrementAndGet();
          try {
            executor.execute(tick[0]);
          } catch (RejectedExecutionException e) {
            // The test is over, and the loop or the domain with it.
          }
        };
    executor.execute(tick[0]);
    return ticks;
  }

  /** Lets other threads run for a while in which nothing of the domain may happen. */
  private void assertStands(AtomicInteger ticks) {
    int before = ticks.get();
    await().pollDelay(Duration.ofMillis(30)).until(() -> true);
    assertThat(ticks).hasValue(before);
  }

  private void assertTicks(AtomicInteger ticks) {
    int before = ticks.get();
    await().until(() -> ticks.get() > before);
  }

  @Test
  void aDomainIsCreatedStandingStill() {
    AtomicInteger ticks = tickingOn(domain.vcpu0());
    assertThat(domain.state()).isEqualTo(DomainState.PAUSED);
    assertStands(ticks);
    host.unpause(domain);
    assertTicks(ticks);
  }

  @Test
  void pausingStopsCpusLoopsTimersAndWatches() throws Exception {
    host.unpause(domain);
    domain.attachLoop("loop", loop);
    VirtualCpu second = domain.newVirtualCpu("vcpu1");
    AtomicInteger onFirst = tickingOn(domain.vcpu0());
    AtomicInteger onSecond = tickingOn(second);
    AtomicInteger onLoop = tickingOn(loop);
    AtomicInteger timers = new AtomicInteger();
    AtomicInteger watches = new AtomicInteger();
    domain.ports().xenStore().watch("data", path -> watches.incrementAndGet());
    await().until(() -> watches.get() == 1);
    host.pause(domain);
    domain.vcpu0().schedule(Duration.ofMillis(1), timers::incrementAndGet);
    host.dom0().xenStore().write("/local/domain/" + domain.id() + "/data/x", "1");
    for (AtomicInteger count : List.of(onFirst, onSecond, onLoop, timers, watches)) {
      assertStands(count);
    }
    host.unpause(domain);
    for (AtomicInteger count : List.of(onFirst, onSecond, onLoop)) {
      assertTicks(count);
    }
    await().until(() -> timers.get() == 1 && watches.get() == 2);
  }

  @Test
  void aLoopThatIsAttachedToAPausedDomainStandsStill() {
    domain.attachLoop(loop);
    AtomicInteger ticks = tickingOn(loop);
    assertStands(ticks);
    host.unpause(domain);
    assertTicks(ticks);
  }

  @Test
  void aDetachedLoopGoesOn() {
    host.unpause(domain);
    domain.attachLoop("loop", loop).close();
    AtomicInteger ticks = tickingOn(loop);
    host.pause(domain);
    assertTicks(ticks);
  }

  @Test
  void aLoopThatDoesNotParkIsNamedAndTheDomainRunsOn() {
    host.unpause(domain);
    CountDownLatch blocked = new CountDownLatch(1);
    domain.attachLoop("stuck loop", loop);
    loop.execute(() -> awaitLatch(blocked));
    AtomicInteger ticks = tickingOn(domain.vcpu0());
    assertThatThrownBy(() -> host.pause(domain))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stuck loop");
    assertThat(domain.state()).isEqualTo(DomainState.RUNNING);
    assertTicks(ticks);
    blocked.countDown();
    host.pause(domain);
    assertStands(ticks);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aLoopThatWasShutDownIsLeftOut() {
    host.unpause(domain);
    domain.attachLoop("loop", loop);
    loop.shutdown();
    host.pause(domain);
    assertThat(domain.state()).isEqualTo(DomainState.PAUSED);
  }

  @Test
  void aCpuCannotPauseItsOwnDomain() {
    host.unpause(domain);
    AtomicReference<Throwable> refusal = new AtomicReference<>();
    host.pause(domain); // so that the CPU's thread is known
    host.unpause(domain);
    domain
        .vcpu0()
        .execute(
            () -> {
              try {
                host.pause(domain);
              } catch (IllegalStateException e) {
                refusal.set(e);
              }
            });
    await().until(() -> refusal.get() != null);
    assertThat(refusal.get()).hasMessageContaining("vcpu0");
  }

  @Test
  void whatATaskThrowsDoesNotEndTheCpu() {
    host.unpause(domain);
    domain
        .vcpu0()
        .execute(
            () -> {
              throw new IllegalStateException("meant");
            });
    assertTicks(tickingOn(domain.vcpu0()));
  }

  @Test
  void timersRunInTheOrderOfTheirTimesUnlessCancelled() {
    host.unpause(domain);
    Queue<String> ran = new ConcurrentLinkedQueue<>();
    domain.vcpu0().schedule(Duration.ofMillis(30), () -> ran.add("late"));
    domain.vcpu0().schedule(Duration.ofMillis(5), () -> ran.add("early"));
    domain.vcpu0().schedule(Duration.ofMillis(10), () -> ran.add("never")).cancel();
    await().until(() -> ran.contains("late"));
    assertThat(ran).containsExactly("early", "late");
  }

  @Test
  void aCpuHandlesItsPortsAndUnmasksThem() throws Exception {
    host.unpause(domain);
    EventChannels dom0 = host.dom0().eventChannels();
    EventPort port = domain.ports().eventChannels().allocateUnbound(DomainId.DOM0);
    EventPort remote = dom0.bindInterdomain(domain.id(), port);
    AtomicInteger handled = new AtomicInteger();
    domain
        .vcpu0()
        .onEvent(
            port,
            () -> {
              assertThat(domain.vcpu0().isCurrent()).isTrue();
              handled.incrementAndGet();
            });
    for (int i = 1; i <= 1000; i++) {
      int expected = i;
      dom0.notify(remote);
      await().pollInterval(Duration.ofNanos(1000)).until(() -> handled.get() == expected);
    }
    host.pause(domain);
    dom0.notify(remote);
    assertStands(handled);
    host.unpause(domain);
    await().until(() -> handled.get() == 1001);
  }

  @Test
  void awaitReturnsNoEventWhileTheDomainStandsStill() throws Exception {
    host.unpause(domain);
    EventPort port = domain.ports().eventChannels().allocateUnbound(DomainId.DOM0);
    EventPort remote = host.dom0().eventChannels().bindInterdomain(domain.id(), port);
    CompletableFuture<Optional<EventPort>> waiter =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return domain.ports().eventChannels().await(Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    host.pause(domain);
    host.dom0().eventChannels().notify(remote);
    await().pollDelay(Duration.ofMillis(30)).until(() -> !waiter.isDone());
    host.unpause(domain);
    assertThat(waiter.get(5, TimeUnit.SECONDS)).contains(port);
  }

  @Test
  void destroyingEndsTheCpusAndReleasesTheLoops() throws Exception {
    host.unpause(domain);
    domain.attachLoop("loop", loop);
    host.destroy(domain);
    loop.submit(() -> {}).get(5, TimeUnit.SECONDS);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> domain.vcpu0().execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class));
  }
}
