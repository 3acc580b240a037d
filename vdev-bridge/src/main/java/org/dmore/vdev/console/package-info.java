/**
 * A guest's console: the ports of {@code org.dmore.rfb} over the guest's paravirtual devices, and
 * what a move asks of them. Imports {@code backend}, {@code input} and the ports of both sides.
 */
package org.dmore.vdev.console;
