/**
 * The backends of the paravirtual keyboard and framebuffer, of one shape: {@link
 * org.dmore.vdev.backend.XenbusBackend} carries out the handshake through xenstore, a subclass maps
 * and serves the shared page.
 *
 * <p>The guest is hostile: a field that it shares is read once, checked, then used; what it gets
 * wrong is logged once a kind and bounded, and never leaves as an exception. Everything runs on the
 * console's event loop. Imports the ports of {@code native}, {@code wire}, and of {@code input} the
 * {@code EventRing} that it implements.
 */
package org.dmore.vdev.backend;
