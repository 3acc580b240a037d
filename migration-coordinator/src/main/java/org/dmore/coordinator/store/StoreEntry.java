package org.dmore.coordinator.store;

import java.util.OptionalLong;

/**
 * What is under a key.
 *
 * @param key the key
 * @param value the value
 * @param createRevision the revision that made the key
 * @param modRevision the revision that wrote it last
 * @param version how often it was written since it was made, from 1
 * @param lease the lease that it ends with
 */
public record StoreEntry(
    String key,
    String value,
    long createRevision,
    long modRevision,
    long version,
    OptionalLong lease) {}
