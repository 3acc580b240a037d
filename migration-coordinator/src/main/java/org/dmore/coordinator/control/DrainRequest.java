package org.dmore.coordinator.control;

/**
 * A host that is to be emptied.
 *
 * @param host the host
 * @param parallelism how many pairs may move at once, 1 to 16
 */
public record DrainRequest(String host, int parallelism) {}
