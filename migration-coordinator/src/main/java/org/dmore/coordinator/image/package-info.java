/**
 * Machine images out of Debian's packages: what unpacks packages, packs an initramfs and makes a
 * small Java runtime, and the console VM's own image.
 *
 * <p>Needs programs of a Debian system ({@code apt-get}, {@code dpkg-deb}) and a JDK; nothing of
 * Xen. May import the JDK, the archive library, picocli, and of consoled its main class, to find
 * its jars.
 */
package org.dmore.coordinator.image;
