/**
 * A machine room inside one JVM: hosts with domains, memory, grants, event channels, a xenstore, a
 * dom0 and live migration, behind the ports of {@link org.dmore.xen}.
 *
 * <p>It behaves as real Xen was seen to behave, also where that is unpleasant: a mapping that was
 * kept across a move reads all ones, an event channel from before a move is dead, a backend's
 * writes are not in the dirty log. Memory is real: memfds that are mapped into the domains that
 * share them, so that what is fast or slow on shared memory is so here.
 *
 * <p>Not modelled: CPUs as such, devices, the speed of hypercalls, hostile domains that go around
 * the ports, PV guests, grant copies and transitive grants, version 2 of the grant table.
 *
 * <p>Start at {@link org.dmore.xen.embedded.MachineRoom}. It may import the ports, JNA and slf4j.
 */
package org.dmore.xen.embedded;
