package org.dmore.xen.embedded;

import java.util.List;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/** Maps grants for one domain. */
final class EmbeddedGrantTable implements GrantTable {
  private final Occupant occupant;
  private volatile boolean closed;

  EmbeddedGrantTable(Occupant occupant) {
    this.occupant = occupant;
  }

  @Override
  public SharedPage map(DomainId owner, List<GrantRef> refs, Access access) throws XenException {
    if (refs.isEmpty() || refs.size() > MAX_PAGES) {
      throw new XenException(
          Errno.EINVAL, "references=" + refs.size() + " is not in 1.." + MAX_PAGES);
    }
    synchronized (occupant.hypervisor()) {
      if (closed) {
        throw new XenException(Errno.EBADF, "grant table is closed");
      }
      DomainInstance self = occupant.instance();
      self.checkAlive();
      DomainInstance granter = self.host.instance(owner);
      return pinAndMap(self, granter, refs, access).open();
    }
  }

  private static PageMapping pinAndMap(
      DomainInstance self, DomainInstance granter, List<GrantRef> refs, Access access)
      throws XenException {
    int[] pinned = new int[refs.size()];
    long[] frames = new long[refs.size()];
    int done = 0;
    boolean mapped = false;
    try {
      for (GrantRef ref : refs) {
        frames[done] = granter.grants.pin(ref, self.id, access, granter.pages());
        pinned[done++] = ref.value();
      }
      PageMapping mapping =
          new PageMapping(self, granter, granter.ram.file(), true, frames, pinned, access);
      mapped = true;
      return mapping;
    } finally {
      if (!mapped) {
        for (int i = 0; i < done; i++) {
          granter.grants.unpin(pinned[i], access);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
