package org.dmore.coordinator.host;

import java.util.ArrayList;
import java.util.List;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * Grant entries that dom0 writes into a guest's table on the guest's behalf, as the toolstack does
 * for console and xenstore: version 1, {@code struct grant_entry_v1} of {@code
 * public/grant_table.h}, in the table's last frames, which a guest reaches only after thousands of
 * grants of its own.
 *
 * <p>There are two places: what was granted before may still be mapped when the next is granted. An
 * entry is written only where there is nothing, and taken back only while nobody has it mapped. All
 * are recorded before they are written.
 *
 * <p>Thread-safe.
 */
final class SeededGrants {
  private static final int ENTRY_SIZE = 8;
  private static final int ENTRIES_PER_FRAME = SharedPage.PAGE_SIZE / ENTRY_SIZE;
  private static final int FRAME_WORD = 4;
  private static final int GTF_PERMIT_ACCESS = 1;
  private static final int GTF_READONLY = 1 << 2;
  private static final int GTF_IN_USE = 1 << 3 | 1 << 4;
  private static final int DOMID_SHIFT = 16;

  /** A guest that ends a grant clears the flags alone. */
  private static final int FLAGS = 0xffff;

  private static final int PLACES = 2;

  private final ForeignMemory memory;
  private final SeedRecords records;
  private final DomainId domU;

  SeededGrants(ControlPorts ports, DomainId domU) {
    this.memory = ports.foreignMemory();
    this.records = new SeedRecords(ports.xenStore());
    this.domU = domU;
  }

  /**
   * Grants frames, one entry a frame, side by side; takes back what was granted before and is
   * mapped by nobody. If the very same grants stand already they are left as they are.
   *
   * @return the first reference
   * @throws XenException ENOSPC if there is no room; EINVAL if the table is of version 2
   */
  synchronized int grant(DomainId to, SharedFrames frames) throws XenException {
    List<SeedRecords.Run> kept = new ArrayList<>();
    for (SeedRecords.Run run : records.of(domU)) {
      if (run.grantee().equals(to) && run.count() == frames.count() && stands(run, frames)) {
        return run.base();
      }
      if (!revoke(run)) {
        kept.add(run);
      }
    }
    int version = memory.grantTableVersion(domU);
    if (version != 1) {
      throw new XenException(
          Errno.EINVAL,
          "domain="
              + domU
              + " has a grant table of version="
              + version
              + ", where only version 1 can be seeded: give it max_grant_version=1 in its"
              + " configuration");
    }
    int base = place(frames.count(), kept);
    kept.add(new SeedRecords.Run(base, frames.count(), to));
    records.set(domU, kept);
    write(base, to, frames);
    return base;
  }

  /**
   * Takes back all that nobody has mapped.
   *
   * @return whether nothing is left
   */
  synchronized boolean revokeUnmapped() throws XenException {
    List<SeedRecords.Run> runs = records.of(domU);
    if (runs.isEmpty()) {
      return true;
    }
    List<SeedRecords.Run> kept = new ArrayList<>();
    for (SeedRecords.Run run : runs) {
      if (!revoke(run)) {
        kept.add(run);
      }
    }
    if (!kept.equals(runs)) {
      records.set(domU, kept);
    }
    return kept.isEmpty();
  }

  /** Drops the record of a guest that is no more, and its table with it. */
  void forget() throws XenException {
    records.forget(domU);
  }

  private boolean stands(SeedRecords.Run run, SharedFrames frames) throws XenException {
    try (SharedPage table = mapTable(run.base(), run.count())) {
      for (int i = 0; i < run.count(); i++) {
        int at = offset(run.base(), i);
        if ((table.getIntAcquire(at) & ~GTF_IN_USE) != flags(run.grantee(), frames.isReadOnly(i))
            || table.getInt(at + FRAME_WORD) != (int) frames.frame(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Clears the entries that nobody has mapped; answers whether that was all of them. */
  private boolean revoke(SeedRecords.Run run) throws XenException {
    boolean all = true;
    try (SharedPage table = mapTable(run.base(), run.count())) {
      for (int i = 0; i < run.count(); i++) {
        int at = offset(run.base(), i);
        int word = table.getIntAcquire(at);
        boolean ours = word >>> DOMID_SHIFT == run.grantee().value();
        if (word == 0 || !ours) {
          continue; // recorded, and not written before the process ended
        }
        // One step: the hypervisor marks an entry as in use in the same word.
        if ((word & GTF_IN_USE) == 0 && table.compareAndSetInt(at, word, 0)) {
          table.putInt(at + FRAME_WORD, 0);
        } else {
          all = false;
        }
      }
    }
    return all;
  }

  private int place(int entries, List<SeedRecords.Run> taken) throws XenException {
    int frames = (entries + ENTRIES_PER_FRAME - 1) / ENTRIES_PER_FRAME;
    int tableFrames = memory.grantTableFrames(domU);
    boolean foreign = false;
    for (int place = 1; place <= PLACES; place++) {
      int first = tableFrames - place * frames;
      if (first <= 0) {
        break;
      }
      int base = first * ENTRIES_PER_FRAME;
      if (taken.stream().anyMatch(run -> overlap(run, base, entries))) {
        continue;
      }
      if (isEmpty(base, entries)) {
        return base;
      }
      foreign = true;
    }
    throw new XenException(
        Errno.ENOSPC,
        "the grant table of domain="
            + domU
            + " has no room for entries="
            + entries
            + " in its last frames, of frames="
            + tableFrames
            + ": "
            + (foreign
                ? "the guest uses them itself; give it more with max_grant_frames in its"
                    + " configuration"
                : taken.isEmpty()
                    ? "give it more with max_grant_frames in its configuration"
                    : "former grants are still mapped; does consoled run in its DomR?"));
  }

  private static boolean overlap(SeedRecords.Run run, int base, int entries) {
    return run.base() < base + entries && base < run.base() + run.count();
  }

  private boolean isEmpty(int base, int entries) throws XenException {
    try (SharedPage table = mapTable(base, entries)) {
      for (int i = 0; i < entries; i++) {
        int at = offset(base, i);
        if ((table.getIntAcquire(at) & FLAGS) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private void write(int base, DomainId to, SharedFrames frames) throws XenException {
    try (SharedPage table = mapTable(base, frames.count())) {
      for (int i = 0; i < frames.count(); i++) {
        int at = offset(base, i);
        table.putInt(at + FRAME_WORD, (int) frames.frame(i));
        table.putIntRelease(at, flags(to, frames.isReadOnly(i)));
      }
    }
  }

  private static int flags(DomainId to, boolean readOnly) {
    return GTF_PERMIT_ACCESS | (readOnly ? GTF_READONLY : 0) | to.value() << DOMID_SHIFT;
  }

  /** The frames that hold entries; they begin with the frame that holds the first. */
  private SharedPage mapTable(int base, int entries) throws XenException {
    int first = base / ENTRIES_PER_FRAME;
    int last = (base + entries - 1) / ENTRIES_PER_FRAME;
    return memory.mapGrantTable(domU, first, last - first + 1);
  }

  private static int offset(int base, int index) {
    return (base % ENTRIES_PER_FRAME + index) * ENTRY_SIZE;
  }
}
