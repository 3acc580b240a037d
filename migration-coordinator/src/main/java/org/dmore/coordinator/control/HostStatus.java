package org.dmore.coordinator.control;

import org.dmore.coordinator.store.record.HostRecord;

/**
 * How a host stands.
 *
 * @param host what is known of it
 * @param present whether its daemon lives
 * @param pairs how many pairs it has
 */
public record HostStatus(HostRecord host, boolean present, int pairs) {}
