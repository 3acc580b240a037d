package org.dmore.xen.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.junit.jupiter.api.Test;

/** {@link org.dmore.xen.GrantTable} against {@link org.dmore.xen.GrantOffers}. */
public abstract class GrantTableContract extends PortContract {
  private static final int PAGE = SharedPage.PAGE_SIZE;

  private SharedPage map(GrantRef ref, Access access) throws XenException {
    return rig().backend().grantTable().map(rig().granterId(), ref, access);
  }

  private GrantRef offer(long frame, Access access) throws XenException {
    return rig().granter().grantOffers().offer(rig().backendId(), frame, access);
  }

  @Test
  void bothSidesSeeOneAnothersWrites() throws Exception {
    long frame = rig().granter().memory().allocate(1);
    SharedPage own = rig().granter().memory().window(frame, 1);
    own.putInt(0, 11);
    try (SharedPage mapped = map(offer(frame, Access.READ_WRITE), Access.READ_WRITE)) {
      assertThat(mapped.size()).isEqualTo(PAGE);
      assertThat(mapped.getInt(0)).isEqualTo(11);
      mapped.putIntRelease(4092, 12);
      assertThat(own.getIntAcquire(4092)).isEqualTo(12);
    }
  }

  @Test
  void pagesLieInTheOrderOfTheReferences() throws Exception {
    int pages = 513; // a framebuffer of 800x600 with its page
    long first = rig().granter().memory().allocate(pages);
    List<Long> frames = new ArrayList<>();
    SharedPage own = rig().granter().memory().window(first, pages);
    for (int i = 0; i < pages; i++) {
      frames.add(first + i);
      own.putLong(i * PAGE + 8, first + i);
    }
    Collections.shuffle(frames.subList(100, 200), new Random(1));
    List<GrantRef> refs = new ArrayList<>();
    for (long frame : frames) {
      refs.add(offer(frame, Access.READ_ONLY));
    }
    try (SharedPage mapped =
        rig().backend().grantTable().map(rig().granterId(), refs, Access.READ_ONLY)) {
      assertThat(mapped.size()).isEqualTo(pages * PAGE);
      for (int i = 0; i < pages; i++) {
        assertThat(mapped.getLong(i * PAGE + 8)).isEqualTo(frames.get(i));
      }
    }
  }

  @Test
  void aReadOnlyGrantCannotBeWritten() throws Exception {
    GrantRef ref = offer(rig().granter().memory().allocate(1), Access.READ_ONLY);
    assertRefused(Errno.EPERM, () -> map(ref, Access.READ_WRITE));
    try (SharedPage mapped = map(ref, Access.READ_ONLY)) {
      assertThatThrownBy(() -> mapped.putInt(0, 1)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aWritableGrantMayBeMappedReadOnly() throws Exception {
    GrantRef ref = offer(rig().granter().memory().allocate(1), Access.READ_WRITE);
    try (SharedPage mapped = map(ref, Access.READ_ONLY)) {
      assertThatThrownBy(() -> mapped.putByte(0, (byte) 1))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatWasNotGrantedCannotBeMapped() throws Exception {
    assertRefused(Errno.EPERM, () -> map(new GrantRef(20), Access.READ_ONLY));
  }

  @Test
  void whatWasGrantedToAnotherCannotBeMapped() throws Exception {
    long frame = rig().granter().memory().allocate(1);
    GrantRef ref = rig().granter().grantOffers().offer(DomainId.DOM0, frame, Access.READ_WRITE);
    assertRefused(Errno.EPERM, () -> map(ref, Access.READ_ONLY));
    rig().dom0().grantTable().map(rig().granterId(), ref, Access.READ_WRITE).close();
  }

  @Test
  void aBadReferenceAmongGoodOnesLeavesNothingMapped() throws Exception {
    GrantRef good = offer(rig().granter().memory().allocate(1), Access.READ_WRITE);
    assertRefused(
        Errno.EPERM,
        () ->
            rig()
                .backend()
                .grantTable()
                .map(rig().granterId(), List.of(good, new GrantRef(30)), Access.READ_WRITE));
    rig().granter().grantOffers().revoke(good);
  }

  @Test
  void aReferenceOutsideTheTableIsInvalid() {
    assertRefused(Errno.EINVAL, () -> map(new GrantRef(Integer.MAX_VALUE), Access.READ_ONLY));
  }

  @Test
  void nobodyHasAGrantTable() {
    assertRefused(
        Errno.ENOENT,
        () -> rig().backend().grantTable().map(rig().nobody(), new GrantRef(8), Access.READ_ONLY));
  }

  @Test
  void noReferencesAreRefused() {
    assertRefused(
        Errno.EINVAL,
        () -> rig().backend().grantTable().map(rig().granterId(), List.of(), Access.READ_ONLY));
  }

  @Test
  void aMappedGrantIsBusyUntilTheLastMappingIsClosed() throws Exception {
    GrantRef ref = offer(rig().granter().memory().allocate(1), Access.READ_WRITE);
    SharedPage writing = map(ref, Access.READ_WRITE);
    SharedPage reading = map(ref, Access.READ_ONLY);
    assertRefused(Errno.EBUSY, () -> rig().granter().grantOffers().revoke(ref));
    writing.close();
    assertRefused(Errno.EBUSY, () -> rig().granter().grantOffers().revoke(ref));
    reading.close();
    rig().granter().grantOffers().revoke(ref);
    assertRefused(Errno.EPERM, () -> map(ref, Access.READ_ONLY));
    assertRefused(Errno.EINVAL, () -> rig().granter().grantOffers().revoke(ref));
  }

  @Test
  void aWindowIsUselessAfterCloseAndInOtherThreads() throws Exception {
    GrantRef ref = offer(rig().granter().memory().allocate(1), Access.READ_WRITE);
    SharedPage mapped = map(ref, Access.READ_WRITE);
    assertThatThrownBy(
            () ->
                CompletableFuture.supplyAsync(() -> mapped.getInt(0))
                    .get(5L * rig().patience(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
    mapped.close();
    mapped.close();
    assertThatThrownBy(() -> mapped.getInt(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void referencesAreUsedAgain() throws Exception {
    long frame = rig().granter().memory().allocate(1);
    int rounds = rig().rounds(50_000);
    for (int i = 0; i < rounds; i++) {
      rig().granter().grantOffers().revoke(offer(frame, Access.READ_WRITE));
    }
  }

  @Test
  void aFrameThatIsNotTheDomainsCannotBeOffered() {
    assertRefused(Errno.EINVAL, () -> offer(rig().granter().memory().pages(), Access.READ_ONLY));
  }

  @Test
  void whatAProducerReleasesAConsumerAcquires() throws Exception {
    int slots = 51; // as the keyboard's ring: no power of two
    int events = 60_000;
    int produced = 0;
    int consumed = 4;
    int ring = 1024;
    long frame = rig().granter().memory().allocate(1);
    SharedPage guest = rig().granter().memory().window(frame, 1);
    GrantRef ref = offer(frame, Access.READ_WRITE);
    CompletableFuture<Integer> consumer =
        CompletableFuture.supplyAsync(
            () -> {
              int next = 0;
              while (next < events) {
                int end = guest.getIntAcquire(produced);
                for (; next != end; next++) {
                  int slot = ring + next % slots * 40;
                  if (guest.getInt(slot) != next || guest.getInt(slot + 36) != ~next) {
                    return next;
                  }
                }
                guest.putIntRelease(consumed, next);
                Thread.onSpinWait();
              }
              return next;
            });
    try (SharedPage backend = map(ref, Access.READ_WRITE)) {
      int next = 0;
      while (next < events && !consumer.isDone()) {
        int free = slots - (next - backend.getIntAcquire(consumed));
        SharedPage.fullFence();
        for (int i = 0; i < free && next < events; i++, next++) {
          int slot = ring + next % slots * 40;
          backend.putInt(slot, next);
          backend.putInt(slot + 36, ~next);
          backend.putIntRelease(produced, next + 1);
        }
        if (free == 0) {
          Thread.onSpinWait();
        }
      }
      assertThat(consumer.get(20L * rig().patience(), TimeUnit.SECONDS)).isEqualTo(events);
    }
  }
}
