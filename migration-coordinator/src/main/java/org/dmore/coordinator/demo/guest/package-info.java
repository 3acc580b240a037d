/**
 * The program of the demo's guest: a text console drawn straight into a framebuffer, with a small
 * shell that gives a person at the VNC viewer something to type at, and a live migration something
 * to carry.
 *
 * <p>The guest knows nothing of Xen, RFB or the coordinator. It meets the world through the ports
 * {@link org.dmore.coordinator.demo.guest.PixelSurface}, {@link
 * org.dmore.coordinator.demo.guest.GuestInfo}, {@link org.dmore.coordinator.demo.guest.GuestTimer}
 * and {@link org.dmore.coordinator.demo.guest.MemoryToucher}, and may import the JDK only, without
 * {@code java.awt}: a headless host may have neither fonts nor the libraries that draw them.
 *
 * <p>Everything here belongs to one thread, the guest's virtual CPU.
 */
package org.dmore.coordinator.demo.guest;
