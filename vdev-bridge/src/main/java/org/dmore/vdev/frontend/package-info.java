/**
 * The guest's side of the paravirtual keyboard and framebuffer, behaving as Linux's {@code
 * xen-kbdfront} and {@code xen-fbfront} do: for the embedded guest, tests and benchmarks.
 * Everything runs on the guest's virtual CPU. Imports the ports of {@code native}, {@code wire},
 * and of {@code input} the {@code EventFingerprint}.
 */
package org.dmore.vdev.frontend;
