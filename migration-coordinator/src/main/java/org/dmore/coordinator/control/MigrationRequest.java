package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.Optional;

/**
 * A move that is wanted.
 *
 * @param pair the pair's name
 * @param to the destination; empty for the one that placement finds
 * @param pausedBound how long the user VM may wait for its console; empty for hostd's setting
 */
public record MigrationRequest(String pair, Optional<String> to, Optional<Duration> pausedBound) {}
