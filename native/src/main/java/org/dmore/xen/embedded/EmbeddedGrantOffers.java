package org.dmore.xen.embedded;

import java.util.BitSet;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantOffers;
import org.dmore.xen.GrantRef;
import org.dmore.xen.XenException;

/**
 * The guest's allocator of grant references. As in Linux it moves with the guest while the table
 * does not: after a migration the old references are still taken, their entries are empty, and
 * revoking them succeeds.
 */
final class EmbeddedGrantOffers implements GrantOffers {
  private final Occupant occupant;
  private final BitSet taken = new BitSet();

  EmbeddedGrantOffers(Occupant occupant) {
    this.occupant = occupant;
    taken.set(0, GrantEntries.RESERVED_ENTRIES);
  }

  @Override
  public GrantRef offer(DomainId to, long frame, Access access) throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance self = occupant.instance();
      self.checkAlive();
      if (frame < 0 || frame >= self.pages()) {
        throw new XenException(Errno.EINVAL, "frame=" + frame + " pages=" + self.pages());
      }
      int ref = taken.nextClearBit(0);
      if (ref >= GrantEntries.GUEST_ENTRIES) {
        throw new XenException(
            Errno.ENOSPC, "no grant reference is free, entries=" + GrantEntries.GUEST_ENTRIES);
      }
      taken.set(ref);
      self.grants.offer(ref, to, frame, access);
      return new GrantRef(ref);
    }
  }

  @Override
  public void revoke(GrantRef ref) throws XenException {
    synchronized (occupant.hypervisor()) {
      DomainInstance self = occupant.instance();
      self.checkAlive();
      if (ref.value() < GrantEntries.RESERVED_ENTRIES || !taken.get(ref.value())) {
        throw new XenException(Errno.EINVAL, "ref=" + ref + " was not offered by this domain");
      }
      if (!self.grants.clear(ref.value())) {
        throw new XenException(
            Errno.EBUSY, "ref=" + ref + " is still mapped: wait for the backend to close");
      }
      taken.clear(ref.value());
    }
  }
}
