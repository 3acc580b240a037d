package org.dmore.coordinator.store.record;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmore.coordinator.pair.Pair;

/**
 * A user VM with its DomR, and where they are; or several with one DomR, which move together.
 *
 * @param name the pair's name
 * @param domU the user VM's name; the first one's, if there are several
 * @param domR its DomR's name
 * @param host the host that has both
 * @param console where viewers connect, as {@code HOST:PORT}; the same wherever the pair is. Empty
 *     if nobody has said. The other user VMs' are at the ports after it, in order
 * @param labels for the operator
 * @param affinity labels that its host must have
 * @param others the other user VMs' names
 */
public record PairRecord(
    String name,
    String domU,
    String domR,
    String host,
    String console,
    Map<String, String> labels,
    Map<String, String> affinity,
    List<String> others) {

  /** Checks that nothing is missing; no labels are none. */
  public PairRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(domU, "domU");
    Objects.requireNonNull(domR, "domR");
    Objects.requireNonNull(host, "host");
    console = console == null ? "" : console;
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    affinity = affinity == null ? Map.of() : Map.copyOf(affinity);
    others = others == null ? List.of() : List.copyOf(others);
  }

  /** A pair of two. */
  public PairRecord(
      String name,
      String domU,
      String domR,
      String host,
      String console,
      Map<String, String> labels,
      Map<String, String> affinity) {
    this(name, domU, domR, host, console, labels, affinity, List.of());
  }

  /** What moves. */
  public Pair pair() {
    return new Pair(domU, domR, others);
  }

  /** The names of all user VMs. */
  public List<String> guests() {
    return pair().guests();
  }

  /** The names of all VMs. */
  public List<String> vms() {
    return pair().vms();
  }

  /**
   * Where viewers connect to one user VM's console.
   *
   * @throws IllegalArgumentException if it is none of this pair's
   */
  public String consoleOf(String guest) {
    int place = guests().indexOf(guest);
    if (place < 0) {
      throw new IllegalArgumentException(
          "guest=%s is not of pair=%s, which has %s"
              .formatted(guest, name, String.join(", ", guests())));
    }
    if (console.isEmpty() || place == 0) {
      return console;
    }
    int colon = console.lastIndexOf(':');
    return console.substring(0, colon + 1)
        + (Integer.parseInt(console.substring(colon + 1)) + place);
  }

  /** The same on another host. */
  public PairRecord withHost(String next) {
    return new PairRecord(name, domU, domR, next, console, labels, affinity, others);
  }
}
