/**
 * The ports of {@code org.dmore.xen} on a real Xen, over libxengnttab, libxenevtchn, libxenstore
 * and libxenforeignmemory by JNA's direct mapping: {@link org.dmore.xen.lib.LibDomainPorts} in any
 * domain, {@link org.dmore.xen.lib.LibControlPorts} in dom0.
 *
 * <p>JNA is called to map, unmap, bind and notify. Mapped memory is touched through direct buffers
 * alone. Every handle counts its users, so that closing never frees what a call in another thread
 * still uses.
 */
package org.dmore.xen.lib;
