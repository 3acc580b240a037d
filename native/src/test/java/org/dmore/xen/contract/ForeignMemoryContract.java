package org.dmore.xen.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmore.xen.contract.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.dmore.xen.Access;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.junit.jupiter.api.Test;

/** {@link ForeignMemory}: what the toolstack can do with a guest's pages and grant table. */
public abstract class ForeignMemoryContract extends PortContract {
  private static final int PAGE = SharedPage.PAGE_SIZE;
  private static final int ENTRY = 8;
  private static final int ENTRIES_PER_FRAME = PAGE / ENTRY;

  private ForeignMemory memory() {
    return rig().dom0().foreignMemory();
  }

  @Test
  void framesLieInTheOrderInWhichTheyAreNamed() throws Exception {
    long first = rig().granter().memory().allocate(3);
    for (int i = 0; i < 3; i++) {
      rig().granter().memory().window(first + i, 1).putInt(0, i);
    }
    try (SharedPage mapped =
        memory()
            .map(rig().granterId(), new long[] {first + 2, first, first + 1}, Access.READ_WRITE)) {
      assertThat(mapped.getInt(0)).isEqualTo(2);
      assertThat(mapped.getInt(PAGE)).isEqualTo(0);
      assertThat(mapped.getInt(2 * PAGE)).isEqualTo(1);
      mapped.putInt(PAGE, 7);
      assertThat(rig().granter().memory().window(first, 1).getInt(0)).isEqualTo(7);
    }
  }

  @Test
  void framesOutsideTheGuestAreInvalid() {
    long pages = rig().granter().memory().pages();
    assertRefused(
        Errno.EINVAL, () -> memory().map(rig().granterId(), new long[] {pages}, Access.READ_ONLY));
    assertRefused(
        Errno.EINVAL, () -> memory().map(rig().granterId(), new long[] {-1}, Access.READ_ONLY));
    assertRefused(
        Errno.EINVAL, () -> memory().map(rig().granterId(), new long[0], Access.READ_ONLY));
  }

  @Test
  void nobodyHasMemory() {
    assertRefused(
        Errno.ENOENT, () -> memory().map(rig().nobody(), new long[] {20}, Access.READ_ONLY));
    assertRefused(Errno.ENOENT, () -> memory().grantTableFrames(rig().nobody()));
  }

  @Test
  void theTableHasFramesUpToItsLimit() throws Exception {
    int frames = memory().grantTableFrames(rig().granterId());
    assertThat(frames).isPositive();
    assertRefused(Errno.EINVAL, () -> memory().mapGrantTable(rig().granterId(), frames, 1));
  }

  @Test
  void theTableIsOfVersionOneUnlessTheGuestChoseAnother() throws Exception {
    assertThat(memory().grantTableVersion(rig().granterId())).isEqualTo(1);
  }

  @Test
  void theGuestsOwnGrantsStandInTheTable() throws Exception {
    long frame = rig().granter().memory().allocate(1);
    GrantRef ref = rig().granter().grantOffers().offer(rig().backendId(), frame, Access.READ_ONLY);
    try (SharedPage table = memory().mapGrantTable(rig().granterId(), 0, 1)) {
      int entry = ref.value() * ENTRY;
      assertThat(table.getInt(entry)).isEqualTo(1 | 4 | (rig().backendId().value() << 16));
      assertThat(table.getInt(entry + 4)).isEqualTo((int) frame);
      SharedPage mapped =
          rig().backend().grantTable().map(rig().granterId(), ref, Access.READ_ONLY);
      assertThat(table.getInt(entry) & 8).as("GTF_reading").isEqualTo(8);
      mapped.close();
      assertThat(table.getInt(entry) & 8).isZero();
    }
  }

  /**
   * How the framebuffer's pages, which the guest shares by number, reach an unprivileged domain.
   */
  @Test
  void whatTheToolstackSeedsInTheLastFramesCanBeMapped() throws Exception {
    int pages = 513;
    long first = rig().granter().memory().allocate(pages);
    int frames = memory().grantTableFrames(rig().granterId());
    List<GrantRef> refs = new ArrayList<>();
    try (SharedPage table = memory().mapGrantTable(rig().granterId(), frames - 2, 2)) {
      for (int i = 0; i < pages; i++) {
        rig().granter().memory().window(first + i, 1).putInt(16, i);
        table.putInt(i * ENTRY + 4, (int) first + i);
        table.putIntRelease(i * ENTRY, 1 | 4 | (rig().backendId().value() << 16));
        refs.add(new GrantRef((frames - 2) * ENTRIES_PER_FRAME + i));
      }
    }
    try (SharedPage mapped =
        rig().backend().grantTable().map(rig().granterId(), refs, Access.READ_ONLY)) {
      for (int i = 0; i < pages; i++) {
        assertThat(mapped.getInt(i * PAGE + 16)).isEqualTo(i);
      }
    }
  }

  @Test
  void aSeededGrantOfNoFrameIsRefused() throws Exception {
    int frames = memory().grantTableFrames(rig().granterId());
    try (SharedPage table = memory().mapGrantTable(rig().granterId(), frames - 1, 1)) {
      table.putInt(4, (int) rig().granter().memory().pages());
      table.putIntRelease(0, 1 | (rig().backendId().value() << 16));
    }
    GrantRef ref = new GrantRef((frames - 1) * ENTRIES_PER_FRAME);
    assertRefused(
        Errno.EINVAL,
        () -> rig().backend().grantTable().map(rig().granterId(), ref, Access.READ_ONLY));
  }
}
