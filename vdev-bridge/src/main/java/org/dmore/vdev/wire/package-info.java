/**
 * The shared pages of the paravirtual keyboard and framebuffer, a descriptor class each: every
 * offset and size of the wire is named here and nowhere else. Imports the JDK alone.
 */
package org.dmore.vdev.wire;
