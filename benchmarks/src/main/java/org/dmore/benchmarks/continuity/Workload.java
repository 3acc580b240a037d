package org.dmore.benchmarks.continuity;

/**
 * What is the same for every way of serving the console.
 *
 * @param rate key events that are typed a second, each a press or a release
 * @param dirtyMib MiB of the guest's memory that it writes again and again; 0 for none
 * @param seed what chance begins with: the order of the keys, and when a move begins
 * @param sourceEnd when a server that does not move ends its connections
 */
public record Workload(int rate, int dirtyMib, long seed, SourceEnd sourceEnd) {}
