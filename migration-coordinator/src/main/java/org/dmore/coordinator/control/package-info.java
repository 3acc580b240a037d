/**
 * The control plane: what operators and users can ask for, whichever host they ask. {@link
 * org.dmore.coordinator.control.ControlPlane} is the same for {@code hostd} itself and for its
 * clients.
 */
package org.dmore.coordinator.control;
