package org.dmore.xen.contract.lab;

import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventChannels;
import org.dmore.xen.GrantRef;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * What an agent in another domain does for a rig. Each connection has one, with ports of its own.
 */
interface LabHost {
  /** The agent's own domain. */
  DomainId self() throws XenException;

  XenStore xenStore();

  EventChannels eventChannels();

  /** Maps a grant and keeps it mapped. */
  Held map(DomainId owner, GrantRef ref, Access access) throws XenException;

  /** The guest that an agent in dom0 plays; its grants are cleared. */
  Puppet puppet() throws XenException;

  /** Something that lasts until it is closed. */
  interface Held {
    void close();
  }

  /** A guest that never runs: dom0 writes its memory and its grant table for it. */
  interface Puppet {
    DomainId self();

    /** Pages that it has. */
    long pages();

    /** Clears pages. */
    void clear(long frame, int count) throws XenException;

    /** Writes a grant entry. */
    void grant(GrantRef ref, DomainId to, long frame, Access access) throws XenException;

    /** Writes entries for pages side by side, for writing. */
    void grantRun(GrantRef first, DomainId to, long frame, int count) throws XenException;

    /**
     * Clears a grant entry.
     *
     * @throws XenException EBUSY while it is mapped
     */
    void ungrant(GrantRef ref) throws XenException;
  }
}
