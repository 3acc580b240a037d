package org.dmore.xen.contract.lab;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * Plays a guest that was created paused and never runs: its memory and its grant table are dom0's
 * to write. Everything happens in one thread, as windows are confined.
 */
final class PuppetGuest implements LabHost.Puppet, AutoCloseable {
  /** Frames of the grant table that are played with: 2,048 entries. */
  static final int TABLE_FRAMES = 4;

  static final int ENTRY_SIZE = 8;
  static final int ENTRIES = TABLE_FRAMES * SharedPage.PAGE_SIZE / ENTRY_SIZE;

  /** The toolstack's own entries come before. */
  static final int FIRST_ENTRY = 8;

  private static final int PERMIT_ACCESS = 1;
  private static final int READONLY = 1 << 2;
  private static final int IN_USE = 1 << 3 | 1 << 4;
  private static final int KIB_PER_PAGE = 4;

  private final ForeignMemory memory;
  private final DomainId self;
  private final long pages;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private SharedPage table;

  PuppetGuest(ControlPorts dom0, DomainId self) throws XenException {
    this.memory = dom0.foreignMemory();
    this.self = self;
    this.pages =
        Long.parseLong(
                dom0.xenStore()
                    .read("/local/domain/" + self + "/memory/static-max")
                    .orElseThrow(
                        () -> new XenException(Errno.ENOENT, "domid=" + self + " has no memory")))
            / KIB_PER_PAGE;
    inThread(
        () -> {
          table = memory.mapGrantTable(self, 0, TABLE_FRAMES);
          for (int entry = FIRST_ENTRY; entry < ENTRIES; entry++) {
            table.putLong(entry * ENTRY_SIZE, 0);
          }
          return null;
        });
  }

  @Override
  public DomainId self() {
    return self;
  }

  @Override
  public long pages() {
    return pages;
  }

  @Override
  public void clear(long frame, int count) throws XenException {
    long[] frames = new long[count];
    for (int i = 0; i < count; i++) {
      frames[i] = frame + i;
    }
    inThread(
        () -> {
          try (SharedPage window = memory.map(self, frames, Access.READ_WRITE)) {
            window.fill(0, window.size(), (byte) 0);
          }
          return null;
        });
  }

  @Override
  public void grant(GrantRef ref, DomainId to, long frame, Access access) throws XenException {
    inThread(
        () -> {
          putEntry(ref.value(), to, frame, access);
          return null;
        });
  }

  @Override
  public void grantRun(GrantRef first, DomainId to, long frame, int count) throws XenException {
    inThread(
        () -> {
          for (int i = 0; i < count; i++) {
            putEntry(first.value() + i, to, frame + i, Access.READ_WRITE);
          }
          return null;
        });
  }

  private void putEntry(int ref, DomainId to, long frame, Access access) {
    int entry = ref * ENTRY_SIZE;
    table.putInt(entry + 4, (int) frame);
    int flags = PERMIT_ACCESS | (access == Access.READ_ONLY ? READONLY : 0);
    table.putIntRelease(entry, flags | to.value() << Short.SIZE);
  }

  @Override
  public void ungrant(GrantRef ref) throws XenException {
    inThread(
        () -> {
          int entry = ref.value() * ENTRY_SIZE;
          if ((table.getIntAcquire(entry) & IN_USE) != 0) {
            throw new XenException(Errno.EBUSY, "ref=" + ref + " is still mapped");
          }
          table.putIntRelease(entry, 0);
          return null;
        });
  }

  private void inThread(Callable<Void> work) throws XenException {
    try {
      thread.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof XenException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws XenException {
    inThread(
        () -> {
          table.close();
          return null;
        });
    thread.shutdown();
  }
}
