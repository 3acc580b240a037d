package org.dmore.coordinator.control;

import java.util.Optional;
import org.dmore.coordinator.store.record.PairRecord;

/**
 * How a pair stands.
 *
 * @param pair what is known of it
 * @param migration the move that is under way, by its id
 */
public record PairStatus(PairRecord pair, Optional<String> migration) {}
