package org.dmore.xen.embedded;

import java.time.Duration;

/**
 * What a migration has done and what it expects.
 *
 * @param round 1 for the first copy of all pages; 0 before it
 * @param bytesCopied over all rounds
 * @param bytesTotal what will have been copied at the end of this round
 * @param pagesRemaining pages still to be copied in this round
 * @param estimatedRemaining real time until it has landed, if no further page is written
 */
public record MigrationProgress(
    MigrationPhase phase,
    int round,
    long bytesCopied,
    long bytesTotal,
    long pagesRemaining,
    Duration estimatedRemaining) {}
