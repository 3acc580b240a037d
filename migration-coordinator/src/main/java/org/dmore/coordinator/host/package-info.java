/**
 * What {@code hostd} does on one host: the VMs it holds ({@link
 * org.dmore.coordinator.host.VmHost}), and dom0's part in a console ({@link
 * org.dmore.coordinator.host.HostAgent}): attaching devices, granting the framebuffer's pages,
 * reading the receipt, commanding {@code consoled}. Imports the ports of {@code native}, and of
 * {@code vdev-bridge} the wire and the control messages.
 */
package org.dmore.coordinator.host;
