package org.dmore.xen.embedded;

import java.util.BitSet;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/** First fit over a domain's frames. Part of the guest's own state: it moves with the guest. */
final class FrameAllocator {
  /** As on x86, where the first pages belong to the firmware. */
  private static final int RESERVED = 16;

  private final int pages;
  private final BitSet taken = new BitSet();
  private final BitSet soiled = new BitSet();

  FrameAllocator(long pages) {
    this.pages = Math.toIntExact(pages);
    taken.set(0, RESERVED);
  }

  /** Takes the first run that is long enough. */
  synchronized int allocate(int count) throws XenException {
    int first = taken.nextClearBit(0);
    while (first <= pages - count) {
      int next = taken.nextSetBit(first);
      if (next < 0 || next - first >= count) {
        taken.set(first, first + count);
        return first;
      }
      first = taken.nextClearBit(next);
    }
    throw new XenException(
        Errno.ENOMEM,
        "no run of free pages, count="
            + count
            + " pages="
            + pages
            + " free="
            + (pages - taken.cardinality())
            + ": give the domain more memory");
  }

  /** Whether a page was used before, and so must be zeroed; asking makes it clean. */
  synchronized boolean takeSoiled(int frame) {
    boolean was = soiled.get(frame);
    soiled.clear(frame);
    return was;
  }

  synchronized void free(long frame, int count) {
    if (frame < RESERVED || count < 1 || frame > pages - count) {
      throw new IllegalArgumentException("frame=" + frame + " count=" + count + " not allocated");
    }
    int first = (int) frame;
    if (taken.nextClearBit(first) < first + count) {
      throw new IllegalArgumentException("frame=" + frame + " count=" + count + " not allocated");
    }
    taken.clear(first, first + count);
    soiled.set(first, first + count);
  }
}
