package org.dmore.coordinator.pair;

import java.util.Optional;

/**
 * What became of a move whose leader was no more.
 *
 * @param id the move's id
 * @param host where both VMs run
 * @param receipt if it was brought to its end at the destination; its downtimes are zero, as
 *     whoever measured them is gone. Empty if the move was called off
 */
public record RecoveredMove(String id, String host, Optional<MigrationReceipt> receipt) {}
