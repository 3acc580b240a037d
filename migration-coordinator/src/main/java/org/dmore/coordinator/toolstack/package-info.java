/**
 * Real Xen hosts: what manages their VMs, and how these move. {@link
 * org.dmore.coordinator.toolstack.XenVmHost} is a {@code VmHost} over xl and, where it is there,
 * libvirt's libxl driver. May use {@code host}, native's ports and JNA; knows nothing of pairs and
 * moves.
 */
package org.dmore.coordinator.toolstack;
