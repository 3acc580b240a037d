package org.dmore.coordinator.control;

import org.dmore.coordinator.host.VmHost;

/**
 * Another host's hostd.
 *
 * @param host its VMs
 * @param control its part in the control plane
 */
public record Peer(VmHost host, ControlPlane control) {}
