package org.dmore.xen.embedded;

import org.dmore.xen.DomainId;

/**
 * A domain as one host lists it, as {@code xl list} does: an arriving copy is listed too, under
 * {@code NAME--incoming}.
 *
 * @param id its number on this host
 * @param name its name on this host
 * @param state what it does here
 * @param memoryBytes what it holds of the host's memory; for a destroyed domain that lingers, the
 *     pages that others still map
 */
public record DomainInfo(DomainId id, String name, DomainState state, long memoryBytes) {}
