package org.dmore.coordinator.store.record;

import java.util.Map;
import java.util.Objects;
import org.dmore.coordinator.pair.Pair;

/**
 * A user VM with its DomR, and where they are.
 *
 * @param name the pair's name
 * @param domU the user VM's name
 * @param domR its DomR's name
 * @param host the host that has both
 * @param console where viewers connect, as {@code HOST:PORT}; the same wherever the pair is. Empty
 *     if nobody has said
 * @param labels for the operator
 * @param affinity labels that its host must have
 */
public record PairRecord(
    String name,
    String domU,
    String domR,
    String host,
    String console,
    Map<String, String> labels,
    Map<String, String> affinity) {

  /** Checks that nothing is missing; no labels are none. */
  public PairRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(domU, "domU");
    Objects.requireNonNull(domR, "domR");
    Objects.requireNonNull(host, "host");
    console = console == null ? "" : console;
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    affinity = affinity == null ? Map.of() : Map.copyOf(affinity);
  }

  /** What moves. */
  public Pair pair() {
    return new Pair(domU, domR);
  }

  /** The same on another host. */
  public PairRecord withHost(String next) {
    return new PairRecord(name, domU, domR, next, console, labels, affinity);
  }
}
