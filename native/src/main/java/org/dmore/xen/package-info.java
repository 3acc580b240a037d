/**
 * What a Xen hypervisor gives to a domain, as ports: grant mappings, event channels, xenstore and
 * windows on shared memory, with the value types that name them.
 *
 * <p>The ports are implemented twice: in {@code org.dmore.xen.lib} over the libraries of a real
 * Xen, and in {@code org.dmore.xen.embedded}, a machine room inside one JVM. Code that drives
 * devices is written against this package alone. It imports nothing but the JDK.
 */
package org.dmore.xen;
