package org.dmore.coordinator.store.record;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A host. Whether its {@code hostd} lives is not here: see {@link Inventory#presentHosts}.
 *
 * @param name the name, as in certificates and on the command line
 * @param api where its {@code hostd} answers, as a URI
 * @param memoryBytes memory that VMs may have altogether
 * @param maxVms how many VMs it may have
 * @param labels what placement goes by
 * @param state what the operator or a drain made of it
 * @param freeMemoryBytes memory that was free when it was last seen
 * @param lastSeen when its {@code hostd} last wrote this
 */
public record HostRecord(
    String name,
    String api,
    long memoryBytes,
    int maxVms,
    Map<String, String> labels,
    State state,
    long freeMemoryBytes,
    Instant lastSeen) {

  /** What a host may be used for. */
  public enum State {
    /** VMs may come. */
    ACTIVE,
    /** VMs go, none come. */
    DRAINING,
    /** It is known not to run. */
    DOWN
  }

  /** Checks that nothing is missing; no labels are none. */
  public HostRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(api, "api");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(lastSeen, "lastSeen");
    labels = labels == null ? Map.of() : Map.copyOf(labels);
  }

  /** The same in another state. */
  public HostRecord withState(State next) {
    return new HostRecord(name, api, memoryBytes, maxVms, labels, next, freeMemoryBytes, lastSeen);
  }

  /** The same as seen now. */
  public HostRecord seen(Instant now, long freeBytes) {
    return new HostRecord(name, api, memoryBytes, maxVms, labels, state, freeBytes, now);
  }
}
