/**
 * The commands for operators and users: what they ask of a {@code hostd}, through {@link
 * org.dmore.coordinator.control.ControlPlane}, and how it is shown. {@link
 * org.dmore.coordinator.cli.hostd.HostdCommands} has them all.
 */
package org.dmore.coordinator.cli.hostd;
