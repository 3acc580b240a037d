package org.dmore.xen.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmore.xen.contract.Refusals.assertRefused;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link EventChannels} of a frontend and a backend. */
public abstract class EventChannelsContract extends PortContract {
  private EventChannels front;
  private EventChannels back;
  private EventPort frontPort;
  private EventPort backPort;
  private Duration limit;

  @BeforeEach
  void connect() throws Exception {
    limit = Duration.ofSeconds(5L * rig().patience());
    front = rig().granter().eventChannels();
    back = rig().backend().eventChannels();
    frontPort = front.allocateUnbound(rig().backendId());
    backPort = back.bindInterdomain(rig().granterId(), frontPort);
  }

  private void takeFirst() throws InterruptedException {
    assertThat(back.await(limit)).contains(backPort);
    back.unmask(backPort);
  }

  @Test
  void aBoundPortIsPendingAtOnce() throws Exception {
    assertThat(back.await(Duration.ZERO)).contains(backPort);
    assertThat(front.await(Duration.ZERO)).isEmpty();
  }

  @Test
  void notifyingReachesTheOtherEnd() throws Exception {
    back.notify(backPort);
    assertThat(front.await(limit)).contains(frontPort);
    takeFirst();
    front.notify(frontPort);
    assertThat(back.await(limit)).contains(backPort);
  }

  @Test
  void anEventIsReportedOnceUntilUnmasked() throws Exception {
    back.notify(backPort);
    assertThat(front.await(limit)).contains(frontPort);
    back.notify(backPort);
    assertThat(front.await(Duration.ofMillis(20))).isEmpty();
    front.unmask(frontPort);
    assertThat(front.await(limit)).contains(frontPort);
    front.unmask(frontPort);
    assertThat(front.await(Duration.ZERO)).isEmpty();
  }

  /** One, or two where the kernel had taken the first before the others came. */
  @Test
  void severalNotificationsAreOneEventOrTwo() throws Exception {
    for (int i = 0; i < 10; i++) {
      back.notify(backPort);
    }
    assertThat(front.await(limit)).contains(frontPort);
    front.unmask(frontPort);
    if (front.await(Duration.ofMillis(20)).isPresent()) {
      front.unmask(frontPort);
    }
    assertThat(front.await(Duration.ofMillis(20))).isEmpty();
  }

  @Test
  void awaitEndsWithItsTime() throws Exception {
    long start = System.nanoTime();
    assertThat(front.await(Duration.ofMillis(30))).isEmpty();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000L);
  }

  @Test
  void wakeupEndsAWaitNowOrNext() throws Exception {
    front.wakeup();
    assertThat(front.await(limit)).isEmpty();
    CompletableFuture<Optional<EventPort>> waiting = CompletableFuture.supplyAsync(this::awaitLong);
    front.wakeup();
    assertThat(waiting.get(4L * rig().patience(), TimeUnit.SECONDS)).isEmpty();
  }

  private Optional<EventPort> awaitLong() {
    try {
      return front.await(Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anUnboundPortIsOnlyForTheDomainThatWasNamed() throws Exception {
    EventPort forDom0 = front.allocateUnbound(DomainId.DOM0);
    assertRefused(Errno.EINVAL, () -> back.bindInterdomain(rig().granterId(), forDom0));
    EventChannels dom0 = rig().dom0().eventChannels();
    dom0.unbind(dom0.bindInterdomain(rig().granterId(), forDom0));
  }

  @Test
  void aBoundPortCannotBeBoundAgain() {
    assertRefused(Errno.EINVAL, () -> back.bindInterdomain(rig().granterId(), frontPort));
  }

  @Test
  void nobodyCanBeBoundTo() {
    assertRefused(Errno.ENOENT, () -> back.bindInterdomain(rig().nobody(), new EventPort(1)));
  }

  /** Xen itself does not look whether there is such a domain. */
  @Test
  void aPortForNobodyIsRefusedOrUseless() throws Exception {
    EventPort port;
    try {
      port = front.allocateUnbound(rig().nobody());
    } catch (XenException e) {
      assertThat(e.errno()).isEqualTo(Errno.ENOENT);
      return;
    }
    assertRefused(Errno.EINVAL, () -> back.bindInterdomain(rig().granterId(), port));
    front.unbind(port);
  }

  @Test
  void unbindingLeavesTheOtherEndForARestartedBackend() throws Exception {
    takeFirst();
    back.unbind(backPort);
    front.notify(frontPort); // into the void
    EventPort again = back.bindInterdomain(rig().granterId(), frontPort);
    assertThat(back.await(limit)).contains(again);
    back.unmask(again);
    front.notify(frontPort);
    assertThat(back.await(limit)).contains(again);
  }

  @Test
  void aPortIsUnboundOnce() throws Exception {
    back.unbind(backPort);
    assertRefused(Errno.EINVAL, () -> back.unbind(backPort));
    back.notify(backPort);
    assertThat(front.await(Duration.ZERO)).isEmpty();
  }

  @Test
  void closingFreesItsPorts() throws Exception {
    back.close();
    assertRefused(Errno.EBADF, () -> back.bindInterdomain(rig().granterId(), frontPort));
    front.notify(frontPort);
    front.unbind(frontPort);
  }

  @Test
  void whatIsCalledAfterCloseFindsNothing() throws Exception {
    back.close();
    back.close();
    back.notify(backPort);
    back.unmask(backPort);
    back.wakeup();
    back.abandon(backPort);
    assertThat(back.await(Duration.ZERO)).isEmpty();
    assertRefused(Errno.EBADF, () -> back.unbind(backPort));
    assertRefused(Errno.EBADF, () -> back.allocateUnbound(rig().granterId()));
  }

  @Test
  void closingEndsAWait() throws Exception {
    CompletableFuture<Optional<EventPort>> waiting = CompletableFuture.supplyAsync(this::awaitLong);
    front.close();
    assertThat(waiting.get(4L * rig().patience(), TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void abandoningAPortThatIsNotKnownDoesNothing() throws Exception {
    takeFirst();
    back.abandon(new EventPort(backPort.value() + 1));
    front.notify(frontPort);
    assertThat(back.await(limit)).contains(backPort);
  }

  @Test
  void notifyingDoesNotAllocate() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long allocated = 0;
    int rounds = rig().rounds(30_000);
    for (int i = 0; i < rounds; i++) {
      long before = threads.getThreadAllocatedBytes(self);
      back.notify(backPort);
      long after = threads.getThreadAllocatedBytes(self);
      if (i >= rounds / 3 * 2) { // warmed up
        allocated += after - before;
      }
      front.unmask(front.await(limit).orElseThrow());
    }
    assertThat(allocated).isLessThan(4096);
  }

  @Test
  void everyPortGetsItsTurn() throws Exception {
    List<EventPort> mine = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      EventPort port = front.allocateUnbound(rig().backendId());
      back.notify(back.bindInterdomain(rig().granterId(), port));
      mine.add(port);
    }
    Set<EventPort> seen = new HashSet<>();
    for (int i = 0; i < mine.size(); i++) {
      EventPort port = front.await(limit).orElseThrow();
      seen.add(port);
      front.unmask(port);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(mine);
  }

  /** After each notification the waiter looks at least once more: no edge is lost. */
  @Test
  void aStormOfNotificationsLosesNoEdge() throws Exception {
    int rounds = rig().rounds(50_000);
    AtomicInteger published = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    CompletableFuture<Void> waiter =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (seen.get() < rounds) {
                  EventPort port = front.await(limit).orElseThrow();
                  front.unmask(port);
                  seen.set(published.get());
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 1; i <= rounds; i++) {
      // At changing moments of the waiter's way to sleep; a lost edge would end its wait empty.
      for (int spin = 0; spin < i % 97; spin++) {
        Thread.onSpinWait();
      }
      published.set(i);
      back.notify(backPort);
      while (i % 7 != 0 && seen.get() < i && !waiter.isDone()) {
        Thread.onSpinWait();
      }
    }
    waiter.get(20L * rig().patience(), TimeUnit.SECONDS);
    assertThat(seen).hasValue(rounds);
  }

  @Test
  void bindingAndUnbindingDoesNotUseUpPorts() throws XenException {
    int rounds = rig().rounds(10_000);
    for (int i = 0; i < rounds; i++) {
      front.unbind(front.allocateUnbound(rig().backendId()));
    }
  }

  @Test
  void theDescriptorTellsOfWhatIsPendingAlready() throws Exception {
    int fd = back.descriptor(); // its port is pending since it was bound
    assertThat(PollIn.within(fd, limit)).isTrue();
    assertThat(back.poll()).contains(backPort);
    assertThat(back.poll()).as("it is masked").isEmpty();
    assertThat(PollIn.now(fd)).isFalse();
    assertThat(back.descriptor()).isEqualTo(fd);
  }

  @Test
  void theDescriptorIsReadableAsLongAsAPortIsPending() throws Exception {
    takeFirst();
    int fd = back.descriptor();
    assertThat(back.poll()).isEmpty();
    assertThat(PollIn.now(fd)).isFalse();
    front.notify(frontPort);
    assertThat(PollIn.within(fd, limit)).isTrue();
    assertThat(PollIn.now(fd)).as("it was only looked at").isTrue();
    assertThat(back.poll()).contains(backPort);
    assertThat(back.poll()).isEmpty();
    assertThat(PollIn.now(fd)).isFalse();
    front.notify(frontPort);
    assertThat(PollIn.within(fd, Duration.ofMillis(20))).as("the port is masked").isFalse();
    back.unmask(backPort);
    assertThat(PollIn.within(fd, limit)).isTrue();
    assertThat(back.poll()).contains(backPort);
  }

  @Test
  void theDescriptorTellsOfPortsThatAreBoundLater() throws Exception {
    int fd = back.descriptor();
    assertThat(back.poll()).contains(backPort);
    back.unbind(backPort);
    EventPort again = back.bindInterdomain(rig().granterId(), frontPort);
    assertThat(PollIn.within(fd, limit)).isTrue();
    assertThat(back.poll()).contains(again);
    assertThat(back.poll()).isEmpty();
    assertThat(PollIn.now(fd)).isFalse();
  }

  /**
   * As {@link #aStormOfNotificationsLosesNoEdge}, for a loop that waits for the descriptor: one of
   * this process, which the other end need not be.
   */
  @Test
  void aStormOfNotificationsLosesNoReadiness() throws Exception {
    int rounds = rig().rounds(50_000);
    takeFirst();
    int fd = back.descriptor();
    AtomicInteger published = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    CompletableFuture<Void> loop =
        CompletableFuture.runAsync(
            () -> {
              while (seen.get() < rounds) {
                assertThat(PollIn.within(fd, limit)).isTrue();
                Optional<EventPort> port = back.poll();
                while (port.isPresent()) {
                  back.unmask(port.get());
                  seen.set(published.get());
                  port = back.poll();
                }
              }
            });
    for (int i = 1; i <= rounds; i++) {
      for (int spin = 0; spin < i % 97; spin++) {
        Thread.onSpinWait();
      }
      published.set(i);
      front.notify(frontPort);
      while (i % 7 != 0 && seen.get() < i && !loop.isDone()) {
        Thread.onSpinWait();
      }
    }
    loop.get(20L * rig().patience(), TimeUnit.SECONDS);
    assertThat(seen).hasValue(rounds);
  }

  @Test
  void pollingDoesNotAllocate() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    takeFirst();
    int fd = back.descriptor();
    long allocated = 0;
    int rounds = rig().rounds(30_000);
    for (int i = 0; i < rounds; i++) {
      front.notify(frontPort);
      assertThat(PollIn.within(fd, limit)).isTrue();
      long before = threads.getThreadAllocatedBytes(self);
      Optional<EventPort> port = back.poll();
      Optional<EventPort> none = back.poll();
      long after = threads.getThreadAllocatedBytes(self);
      if (i >= rounds / 3 * 2) { // warmed up
        allocated += after - before;
      }
      assertThat(none).isEmpty();
      back.unmask(port.orElseThrow());
    }
    assertThat(allocated).isLessThan(4096);
  }

  @Test
  void whatIsClosedHasNoDescriptorAndNothingPending() throws Exception {
    assertThat(back.descriptor()).isNotNegative();
    back.close();
    assertThat(back.poll()).isEmpty();
    assertRefused(Errno.EBADF, back::descriptor);
    back.notify(backPort);
    front.notify(frontPort);
  }
}
