package org.dmore.xen;

/**
 * What a program in an unprivileged domain has of the hypervisor.
 *
 * <p>The three interfaces survive the domain's migration; what was mapped or bound through them
 * does not.
 */
public interface DomainPorts {
  /** The connection to xenstore. */
  XenStore xenStore();

  /** Mapping what other domains granted. */
  GrantTable grantTable();

  /** Event channels. */
  EventChannels eventChannels();
}
