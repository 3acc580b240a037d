package org.dmore.xen;

/** What a guest's kernel has of the hypervisor, besides what any program in a domain has. */
public interface GuestPorts extends DomainPorts {
  /** The domain's own pages. */
  GuestMemory memory();

  /** Granting its pages to others. */
  GrantOffers grantOffers();
}
