package org.dmore.xen.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.contract.PollIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationTest {
  private static final long MIB = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int PAGE = SharedPage.PAGE_SIZE;

  /** A fast link and a fast clock: a migration takes milliseconds. */
  private static final MigrationOptions FAST =
      MigrationOptions.DEFAULT.withDowntimeOverhead(Duration.ofMillis(1));

  private MachineRoom room;
  private EmbeddedHost source;
  private EmbeddedHost destination;
  private EmbeddedDomain guest;
  private EmbeddedDomain backend;

  @BeforeEach
  void build() throws XenException {
    room = MachineRoom.builder().host("h1", 64 * MIB).host("h2", 64 * MIB).build();
    source = room.host("h1");
    destination = room.host("h2");
    destination.createDomain(DomainConfig.of("other", MIB)); // so that numbers differ
    destination.createDomain(DomainConfig.of("another", MIB));
    guest = source.createDomain(DomainConfig.of("guest", 8 * MIB));
    backend = source.createDomain(DomainConfig.of("backend", 4 * MIB).asDriverDomain());
    source.unpause(guest);
    source.unpause(backend);
  }

  @AfterEach
  void close() {
    assertThat(room.invariantViolations()).isEmpty();
    room.close();
  }

  private Migration land(EmbeddedDomain domain, MigrationOptions options) throws Exception {
    Migration migration = source.migrate(domain, destination, options);
    migration.awaitLanded(LIMIT);
    return migration;
  }

  private void move(EmbeddedDomain domain) throws Exception {
    land(domain, FAST).complete();
    destination.unpause(domain);
  }

  @Test
  void everyByteArrivesAlthoughTheGuestWritesDuringTheRounds() throws Exception {
    SharedPage memory = guest.ports().memory().window(0, (int) guest.ports().memory().pages());
    Random random = new Random(42);
    for (int i = 0; i < 5000; i++) {
      memory.putInt(random.nextInt(memory.size() / 4) * 4, random.nextInt());
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger writes = new AtomicInteger();
    Runnable[] writer = new Runnable[1];
    writer[0] =
        () -> {
          for (int i = 0; i < 200; i++) {
            memory.putInt(random.nextInt(memory.size() / 4) * 4, random.nextInt());
            memory.putByte(random.nextInt(memory.size()), (byte) random.nextInt());
          }
          writes.addAndGet(400);
          if (!stop.get()) {
            guest.vcpu0().execute(writer[0]);
          }
        };
    guest.vcpu0().execute(writer[0]);
    Migration migration =
        land(guest, FAST.withBandwidth(400 * MIB).withDowntimeOverhead(Duration.ofMillis(5)));
    int writesBefore = writes.get();
    byte[] atSource = new byte[memory.size()];
    memory.getBytes(0, atSource, 0, atSource.length);
    stop.set(true);
    migration.complete();
    byte[] atDestination = new byte[memory.size()];
    memory.getBytes(0, atDestination, 0, atDestination.length);
    assertThat(writesBefore).isPositive();
    assertThat(writes.get()).as("nothing ran while it was suspended").isEqualTo(writesBefore);
    assertThat(migration.progress().round()).isGreaterThan(1);
    assertThat(atDestination).isEqualTo(atSource);
    destination.unpause(guest);
    assertThat(migration.downtime()).hasValueSatisfying(d -> assertThat(d).isPositive());
  }

  @Test
  void aMoveChangesHostAndNumberAndNothingElse() throws Exception {
    long frame = guest.ports().memory().allocate(2);
    SharedPage window = guest.ports().memory().window(frame, 2);
    window.putInt(PAGE, 0x1234);
    DomainId before = guest.id();
    Migration migration = land(guest, FAST);
    assertThat(guest.state()).isEqualTo(DomainState.SUSPENDED);
    assertThat(guest.host()).isSameAs(source);
    assertThat(destination.listing())
        .anySatisfy(
            info -> {
              assertThat(info.name()).isEqualTo("guest--incoming");
              assertThat(info.state()).isEqualTo(DomainState.PAUSED);
              assertThat(info.id()).isEqualTo(migration.incomingId().orElseThrow());
            });
    migration.complete();
    assertThat(guest.host()).isSameAs(destination);
    assertThat(guest.state()).isEqualTo(DomainState.PAUSED);
    assertThat(guest.id()).isNotEqualTo(before).isEqualTo(migration.incomingId().orElseThrow());
    assertThat(window.getInt(PAGE)).isEqualTo(0x1234);
    assertThat(source.find("guest")).isEmpty();
    assertThat(destination.find("guest")).contains(guest);
    assertThat(source.dom0().xenStore().read("/local/domain/" + before + "/name")).isEmpty();
    assertThat(destination.dom0().xenStore().read("/local/domain/" + guest.id() + "/name"))
        .contains("guest");
    destination.unpause(guest);
    assertThat(guest.ports().xenStore().read("domid")).contains(guest.id().toString());
  }

  @Test
  void dom0ReadsTheReceiptOutOfTheLandedCopy() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    guest.ports().memory().window(frame, 1).putInt(0, 77);
    Migration migration = land(guest, FAST);
    try (SharedPage page =
        destination
            .dom0()
            .foreignMemory()
            .map(migration.incomingId().orElseThrow(), new long[] {frame}, Access.READ_ONLY)) {
      assertThat(page.getInt(0)).isEqualTo(77);
    }
    migration.complete();
    destination.unpause(guest);
  }

  @Test
  void aMappingHeldAcrossTheHoldersMoveReadsAllOnes() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    SharedPage own = guest.ports().memory().window(frame, 1);
    own.putInt(0, 5);
    GrantRef ref = guest.ports().grantOffers().offer(backend.id(), frame, Access.READ_WRITE);
    SharedPage mapped = backend.ports().grantTable().map(guest.id(), ref, Access.READ_WRITE);
    assertThat(mapped.getInt(0)).isEqualTo(5);
    move(backend);
    assertThat(mapped.getInt(0)).isEqualTo(-1);
    assertThat(mapped.getInt(PAGE - 4)).isEqualTo(-1);
    assertThat(own.getInt(0)).as("the guest's page is untouched").isEqualTo(5);
    guest.ports().grantOffers().revoke(ref);
    mapped.close(); // gntdev warns; nothing else happens
  }

  @Test
  void aDomainLingersUntilItsPagesAreLetGo() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    guest.ports().memory().window(frame, 1).putInt(0, 9);
    GrantRef ref = guest.ports().grantOffers().offer(backend.id(), frame, Access.READ_ONLY);
    DomainId formerId = guest.id();
    SharedPage mapped = backend.ports().grantTable().map(formerId, ref, Access.READ_ONLY);
    move(guest);
    guest.ports().memory().window(frame, 1).putInt(0, 10);
    assertThat(mapped.getInt(0)).as("the dying domain's page").isEqualTo(9);
    assertThat(source.lingering()).extracting(DomainInfo::id).containsExactly(formerId);
    mapped.close();
    assertThat(source.lingering()).isEmpty();
    assertThatThrownBy(() -> backend.ports().grantTable().map(formerId, ref, Access.READ_ONLY))
        .isInstanceOfSatisfying(
            XenException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void portsFromBeforeTheMoveAreDead() throws Exception {
    EventPort remote = guest.ports().eventChannels().allocateUnbound(backend.id());
    EventPort local = backend.ports().eventChannels().bindInterdomain(guest.id(), remote);
    move(backend);
    backend.ports().eventChannels().notify(local);
    guest.ports().eventChannels().notify(remote);
    assertThat(guest.ports().eventChannels().await(Duration.ZERO)).isEmpty();
    assertThat(backend.ports().eventChannels().await(Duration.ZERO)).isEmpty();
    assertThatThrownBy(() -> backend.ports().eventChannels().unbind(local))
        .isInstanceOf(XenException.class)
        .hasMessageContaining("evtchn.c:422");
    guest.ports().eventChannels().unbind(remote);
    EventPort fresh = backend.ports().eventChannels().allocateUnbound(DomainId.DOM0);
    assertThat(fresh).isNotEqualTo(local);
  }

  @Test
  void theGrantTableDoesNotTravel() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    GrantRef ref = guest.ports().grantOffers().offer(DomainId.DOM0, frame, Access.READ_WRITE);
    move(guest);
    assertThatThrownBy(
            () -> destination.dom0().grantTable().map(guest.id(), ref, Access.READ_WRITE))
        .isInstanceOfSatisfying(
            XenException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
    guest.ports().grantOffers().revoke(ref);
    GrantRef again = guest.ports().grantOffers().offer(DomainId.DOM0, frame, Access.READ_WRITE);
    destination.dom0().grantTable().map(guest.id(), again, Access.READ_WRITE).close();
  }

  @Test
  void watchesFireAgainAtTheDestinationAndOpenTransactionsConflict() throws Exception {
    XenStore store = guest.ports().xenStore();
    store.write("data/x", "old");
    Queue<String> events = new ConcurrentLinkedQueue<>();
    store.watch("data", events::add);
    await().until(() -> !events.isEmpty());
    events.clear();
    XenStore.Transaction open = store.begin();
    open.write("data/y", "1");
    Migration migration = land(guest, FAST);
    migration.complete();
    destination.dom0().xenStore().write("/local/domain/" + guest.id() + "/data/from-dom0", "hello");
    assertThat(events).as("nothing of a paused domain runs").isEmpty();
    destination.unpause(guest);
    await().until(() -> events.contains("data"));
    assertThat(store.read("data/x")).isEmpty();
    assertThat(store.read("data/from-dom0")).contains("hello");
    assertThatThrownBy(open::commit)
        .isInstanceOfSatisfying(
            XenException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
    open.close();
  }

  @Test
  void rollbackLeavesMappingsPortsAndWatchesAlive() throws Exception {
    long frame = guest.ports().memory().allocate(1);
    SharedPage own = guest.ports().memory().window(frame, 1);
    GrantRef ref = guest.ports().grantOffers().offer(backend.id(), frame, Access.READ_WRITE);
    SharedPage mapped = backend.ports().grantTable().map(guest.id(), ref, Access.READ_WRITE);
    EventPort remote = guest.ports().eventChannels().allocateUnbound(backend.id());
    EventPort local = backend.ports().eventChannels().bindInterdomain(guest.id(), remote);
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    backend.onResume(cancelled::set);
    Migration migration = land(backend, FAST);
    migration.rollback();
    assertThat(backend.state()).isEqualTo(DomainState.RUNNING);
    await().until(() -> Boolean.TRUE.equals(cancelled.get()));
    mapped.putInt(0, 3);
    assertThat(own.getInt(0)).isEqualTo(3);
    backend.ports().eventChannels().notify(local);
    assertThat(guest.ports().eventChannels().await(LIMIT)).contains(remote);
    assertThat(destination.find("backend")).isEmpty();
    assertThat(destination.listing()).noneMatch(info -> info.name().startsWith("backend"));
    assertThatThrownBy(migration::complete).isInstanceOf(IllegalStateException.class);
    mapped.close();
    move(backend);
    await().until(() -> Boolean.FALSE.equals(cancelled.get()));
  }

  @Test
  void aDecisionIsTakenOnce() throws Exception {
    Migration migration = land(guest, FAST);
    assertThatThrownBy(() -> source.unpause(guest)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> source.migrate(guest, destination, FAST))
        .isInstanceOf(IllegalStateException.class);
    migration.complete();
    assertThatThrownBy(migration::complete).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(migration::rollback).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(migration::abort).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEventLoopsDescriptorOutlivesAMove() throws Exception {
    EventChannels channels = backend.ports().eventChannels();
    int fd = channels.descriptor();
    EventPort remote = guest.ports().eventChannels().allocateUnbound(backend.id());
    EventPort local = channels.bindInterdomain(guest.id(), remote);
    assertThat(PollIn.now(fd)).as("pending since it was bound, and left so").isTrue();
    move(backend);
    assertThat(channels.poll()).as("port=%s went with the source", local).isEmpty();
    assertThat(PollIn.now(fd)).isFalse();
    EventPort fresh = channels.allocateUnbound(DomainId.DOM0);
    EventChannels dom0 = destination.dom0().eventChannels();
    dom0.notify(dom0.bindInterdomain(backend.id(), fresh));
    assertThat(PollIn.within(fd, LIMIT)).isTrue();
    assertThat(channels.poll()).contains(fresh);
    assertThat(channels.descriptor()).isEqualTo(fd);
  }

  static List<FaultPlan> faults() {
    return List.of(
        FaultPlan.atConnect(),
        FaultPlan.atRound(1),
        FaultPlan.afterBytes(3 * MIB),
        FaultPlan.afterBytes(8 * MIB + 1),
        FaultPlan.inStopAndCopy(),
        FaultPlan.onArrival());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultLeavesTheDomainRunningAtTheSource(FaultPlan fault) throws Exception {
    SharedPage page = guest.ports().memory().window(20, 1);
    MigrationOptions writing =
        FAST.withFaults(fault).withMaxRounds(3).withObserver(progress -> page.putInt(0, 1));
    Migration migration = source.migrate(guest, destination, writing.withDirtyPageThreshold(0));
    assertThatThrownBy(() -> migration.awaitLanded(LIMIT))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("injected")
        .hasMessageContaining("goes on at the source");
    assertThat(migration.phase()).isEqualTo(MigrationPhase.FAILED);
    assertRunsAtSource();
    move(guest);
    assertThat(guest.host()).isSameAs(destination);
  }

  @Test
  void aFaultCanWaitAtTheDestination() throws Exception {
    destination.injectFault(FaultPlan.onArrival());
    Migration migration = source.migrate(guest, destination, FAST);
    assertThatThrownBy(() -> migration.awaitLanded(LIMIT)).isInstanceOf(MigrationException.class);
    assertRunsAtSource();
  }

  @Test
  void aDestinationWithoutRoomRefuses() throws Exception {
    destination.createDomain(DomainConfig.of("big", 58 * MIB));
    Migration migration = source.migrate(guest, destination, FAST);
    assertThatThrownBy(() -> migration.awaitLanded(LIMIT))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("ENOMEM");
    assertRunsAtSource();
  }

  @Test
  void abortDuringTheRoundsNeverStopsTheSource() throws Exception {
    Migration migration = source.migrate(guest, destination, FAST.withBandwidth(MIB));
    await().until(() -> migration.phase() == MigrationPhase.PRECOPY);
    migration.abort();
    assertThat(migration.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
    assertThat(migration.downtime()).isEmpty();
    assertRunsAtSource();
    migration.abort();
  }

  private void assertRunsAtSource() {
    assertThat(guest.state()).isEqualTo(DomainState.RUNNING);
    assertThat(guest.host()).isSameAs(source);
    assertThat(destination.listing()).noneMatch(info -> info.name().startsWith("guest"));
    AtomicBoolean ran = new AtomicBoolean();
    guest.vcpu0().execute(() -> ran.set(true));
    await().untilTrue(ran);
  }

  @Test
  void loopsOfTheDomainStandStillForTheModelledDowntime() throws Exception {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      guest.attachLoop("event loop", loop);
      AtomicBoolean stop = new AtomicBoolean();
      Queue<Long> ticks = new ConcurrentLinkedQueue<>();
      Runnable[] tick = new Runnable[1];
      tick[0] =
          () -> {
            ticks.add(System.nanoTime());
            if (!stop.get()) {
              loop.execute(tick[0]);
            }
          };
      loop.execute(tick[0]);
      Migration migration = land(guest, FAST.withDowntimeOverhead(Duration.ofMillis(120)));
      migration.complete();
      int before = ticks.size();
      destination.unpause(guest);
      Duration downtime = migration.downtime().orElseThrow();
      assertThat(downtime).isGreaterThanOrEqualTo(Duration.ofMillis(120));
      await().until(() -> ticks.size() > before);
      stop.set(true);
      long gap = 0;
      long last = Long.MAX_VALUE;
      for (long at : List.copyOf(ticks)) {
        gap = Math.max(gap, last == Long.MAX_VALUE ? 0 : at - last);
        last = at;
      }
      assertThat(Duration.ofNanos(gap)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
    } finally {
      loop.shutdownNow();
    }
  }

  @Test
  void aGrantHolderDoesNotSeeWritesOfItsBackendInTheDirtyLogUntilUnmapped() throws Exception {
    long frame = guest.ports().memory().allocate(2);
    SharedPage own = guest.ports().memory().window(frame, 2);
    GrantRef first = guest.ports().grantOffers().offer(backend.id(), frame, Access.READ_WRITE);
    GrantRef second = guest.ports().grantOffers().offer(backend.id(), frame + 1, Access.READ_WRITE);
    AtomicReference<SharedPage> kept = new AtomicReference<>();
    own.putInt(0, 1);
    own.putInt(PAGE, 1);
    Migration migration =
        source.migrate(
            guest,
            destination,
            FAST.withMaxRounds(2)
                .withDirtyPageThreshold(0)
                .withObserver(
                    progress -> {
                      if (progress.phase() == MigrationPhase.PRECOPY && progress.round() == 2) {
                        kept.set(writeThroughBoth(first, second));
                      }
                    }));
    migration.awaitLanded(LIMIT);
    migration.complete();
    assertThat(own.getInt(0)).as("let go, and so copied again").isEqualTo(2);
    assertThat(own.getInt(PAGE)).as("still mapped, and so missed").isEqualTo(1);
  }

  private SharedPage writeThroughBoth(GrantRef first, GrantRef second) {
    try {
      SharedPage closed = backend.ports().grantTable().map(guest.id(), first, Access.READ_WRITE);
      closed.putInt(0, 2);
      closed.close();
      SharedPage kept = backend.ports().grantTable().map(guest.id(), second, Access.READ_WRITE);
      kept.putInt(0, 2);
      return kept;
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatTheDestinationPreparesForTheLandedCopyIsTheGuestsAfterwards() throws Exception {
    EmbeddedDomain waiting = destination.createDomain(DomainConfig.of("waiting", MIB));
    destination.unpause(waiting);
    long frame = guest.ports().memory().allocate(1);
    SharedPage own = guest.ports().memory().window(frame, 1);
    own.putInt(0, 21);
    AtomicReference<String> seenAtResume = new AtomicReference<>();
    guest.onResume(cancelled -> seenAtResume.set(readOwn("device/vkbd/0/backend")));
    Migration migration = land(guest, FAST);
    DomainId copy = migration.incomingId().orElseThrow();
    destination.dom0().xenStore().write("/local/domain/" + copy + "/device/vkbd/0/backend", "b");
    int entry = 62 * 512;
    try (SharedPage table = destination.dom0().foreignMemory().mapGrantTable(copy, 62, 2)) {
      table.putInt(4, (int) frame);
      table.putIntRelease(0, 1 | (waiting.id().value() << 16));
    }
    SharedPage mapped =
        waiting.ports().grantTable().map(copy, new GrantRef(entry), Access.READ_WRITE);
    assertThat(mapped.getInt(0)).isEqualTo(21);
    migration.complete();
    destination.unpause(guest);
    await().until(() -> "b".equals(seenAtResume.get()));
    own.putInt(0, 22);
    assertThat(mapped.getInt(0)).isEqualTo(22);
    mapped.close();
  }

  private String readOwn(String path) {
    try {
      return guest.ports().xenStore().read(path).orElse("none");
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPairMovesAtTheSameTimeAndBack() throws Exception {
    for (int i = 0; i < 6; i++) {
      EmbeddedHost from = i % 2 == 0 ? source : destination;
      EmbeddedHost to = i % 2 == 0 ? destination : source;
      Migration first = from.migrate(backend, to, FAST);
      Migration second = from.migrate(guest, to, FAST);
      first.awaitLanded(LIMIT);
      second.awaitLanded(LIMIT);
      first.complete();
      second.complete();
      to.unpause(backend);
      to.unpause(guest);
      long frame = guest.ports().memory().allocate(1);
      GrantRef ref = guest.ports().grantOffers().offer(backend.id(), frame, Access.READ_WRITE);
      try (SharedPage page = backend.ports().grantTable().map(guest.id(), ref, Access.READ_WRITE)) {
        page.putInt(0, i);
        assertThat(guest.ports().memory().window(frame, 1).getInt(0)).isEqualTo(i);
      }
      EventPort port = guest.ports().eventChannels().allocateUnbound(backend.id());
      EventPort local = backend.ports().eventChannels().bindInterdomain(guest.id(), port);
      backend.ports().eventChannels().notify(local);
      assertThat(guest.ports().eventChannels().await(LIMIT)).contains(port);
    }
    assertThat(source.lingering()).isEmpty();
    assertThat(destination.listing()).noneMatch(info -> info.name().contains("incoming"));
  }

  @Test
  void aDomainThatCannotBeStoppedIsNotMoved() throws Exception {
    EmbeddedDomain stubborn =
        source.createDomain(DomainConfig.of("stubborn", MIB).withParkLimit(Duration.ofMillis(100)));
    source.unpause(stubborn);
    ExecutorService loop = Executors.newSingleThreadExecutor();
    CountDownLatch blocked = new CountDownLatch(1);
    try {
      stubborn.attachLoop("blocked loop", loop);
      loop.execute(
          () -> {
            try {
              blocked.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      Migration migration = source.migrate(stubborn, destination, FAST);
      assertThatThrownBy(() -> migration.awaitLanded(LIMIT))
          .isInstanceOf(MigrationException.class)
          .hasMessageContaining("blocked loop");
      assertThat(stubborn.state()).isEqualTo(DomainState.RUNNING);
      assertThat(migration.downtime()).isEmpty();
    } finally {
      blocked.countDown();
      loop.shutdownNow();
    }
  }

  @Test
  void aHandlerIsForgottenWithItsPort() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    EventPort port = guest.ports().eventChannels().allocateUnbound(DomainId.DOM0);
    guest.vcpu0().onEvent(port, handled::incrementAndGet);
    EventPort remote = source.dom0().eventChannels().bindInterdomain(guest.id(), port);
    Migration migration = land(guest, FAST);
    source.dom0().eventChannels().notify(remote); // held: it stands still
    migration.complete();
    destination.unpause(guest);
    AtomicBoolean ran = new AtomicBoolean();
    guest.vcpu0().execute(() -> ran.set(true));
    await().untilTrue(ran);
    assertThat(handled).hasValue(0);
  }

  @Test
  void anObserverThatThrowsFailsTheMigration() throws Exception {
    Migration migration =
        source.migrate(
            guest,
            destination,
            FAST.withObserver(
                progress -> {
                  if (progress.phase() == MigrationPhase.STOP_AND_COPY) {
                    throw new IllegalStateException("meant");
                  }
                }));
    assertThatThrownBy(() -> migration.awaitLanded(LIMIT)).isInstanceOf(MigrationException.class);
    assertRunsAtSource();
  }

  @Test
  void progressIsToldRoundByRound() throws Exception {
    Queue<MigrationProgress> told = new ConcurrentLinkedQueue<>();
    SharedPage page = guest.ports().memory().window(20, 100);
    Migration migration =
        land(
            guest,
            FAST.withMaxRounds(3)
                .withObserver(
                    progress -> {
                      told.add(progress);
                      page.fill(0, page.size(), (byte) progress.round());
                    }));
    assertThat(told)
        .extracting(MigrationProgress::phase)
        .containsExactly(
            MigrationPhase.CONNECTING,
            MigrationPhase.PRECOPY,
            MigrationPhase.PRECOPY,
            MigrationPhase.PRECOPY,
            MigrationPhase.STOP_AND_COPY,
            MigrationPhase.LANDED);
    assertThat(told).extracting(MigrationProgress::round).containsExactly(0, 1, 2, 3, 3, 3);
    assertThat(told)
        .extracting(MigrationProgress::pagesRemaining)
        .containsExactly(2048L, 2048L, 100L, 100L, 100L, 0L);
    migration.rollback();
  }
}
