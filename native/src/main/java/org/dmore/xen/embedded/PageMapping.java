package org.dmore.xen.embedded;

import org.dmore.xen.Access;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages of one domain in the address space of another.
 *
 * <p>As in Xen, writes through it are not seen by the owner's dirty log while it lasts; unmapping
 * marks all its pages. A migration of the owner therefore may miss what a device wrote, unless the
 * device lets go first.
 */
final class PageMapping {
  private static final Logger LOG = LoggerFactory.getLogger(PageMapping.class);

  private enum State {
    LIVE,
    /** Its holder moved or died: it reads all ones. */
    CUT,
    CLOSED
  }

  private final DomainInstance holder;
  private final DomainInstance owner;
  private final boolean ofMemory;
  private final AddressRange range;
  private final long[] frames;
  private final int[] refs;
  private final Access access;
  private State state = State.LIVE;

  /**
   * Maps frames side by side.
   *
   * @param file the owner's memory or its grant table
   * @param ofMemory whether the frames are of the owner's memory, and so belong in its dirty log
   * @param refs the pinned grants; empty if mapped by frame number
   */
  PageMapping(
      DomainInstance holder,
      DomainInstance owner,
      Memfd file,
      boolean ofMemory,
      long[] frames,
      int[] refs,
      Access access) {
    this.holder = holder;
    this.owner = owner;
    this.ofMemory = ofMemory;
    this.frames = frames;
    this.refs = refs;
    this.access = access;
    this.range = AddressRange.reserve((long) frames.length * SharedPage.PAGE_SIZE);
    mapRuns(file);
    holder.held.add(this);
    owner.mapped.add(this);
  }

  /** One call of the kernel for each run of neighbours: a framebuffer's pages mostly are. */
  private void mapRuns(Memfd file) {
    int first = 0;
    for (int i = 1; i <= frames.length; i++) {
      if (i == frames.length || frames[i] != frames[i - 1] + 1) {
        range.map(
            (long) first * SharedPage.PAGE_SIZE,
            file,
            frames[first] * SharedPage.PAGE_SIZE,
            (long) (i - first) * SharedPage.PAGE_SIZE,
            access);
        first = i;
      }
    }
  }

  long pages() {
    return frames.length;
  }

  /** The window on it, confined to the calling thread. */
  SharedPage open() {
    return SharedPage.confined(
        range.buffer(0, Math.toIntExact(range.length())), access, this::close);
  }

  /** Makes it read all ones where it stands: the holder's instance is gone. */
  void cut() {
    release();
    state = State.CUT;
    range.blank((byte) 0xff);
  }

  private void close() {
    synchronized (holder.host.hypervisor()) {
      if (state == State.LIVE) {
        release();
      } else if (holder.hasLeft()) {
        LOG.warn(
            "grant mapping closed after its domain moved: domain={} former domid={} owner domid={}"
                + " refs={}: gntdev warns here; abandon the window and map anew",
            holder.name(),
            holder.id,
            owner.id,
            refs.length == 0 ? "none" : new GrantRef(refs[0]) + "...");
      }
      state = State.CLOSED;
      range.unmap();
    }
  }

  private void release() {
    holder.held.remove(this);
    owner.mapped.remove(this);
    for (int ref : refs) {
      owner.grants.unpin(ref, access);
    }
    DirtyLog log = owner.dirtyLog();
    if (access == Access.READ_WRITE && ofMemory && log != null && !owner.isDead()) {
      for (long frame : frames) {
        log.mark(frame);
      }
    }
    owner.host.lingeringMayEnd(owner);
  }
}
