package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmore.xen.DomainId;

/**
 * What {@code xl list} shows.
 *
 * @param domains all domains but dom0
 */
record XlListing(List<Line> domains) {
  private static final long MIB = 1 << 20;
  private static final int COLUMNS = 6;

  /**
   * A domain.
   *
   * @param name its name here; one that arrives by libvirt has its own already
   * @param memoryBytes memory that it has so far
   * @param vcpus processors that are online; none as long as a domain arrives
   * @param state xl's letters: running, blocked, paused, shut down, crashed, dying
   */
  record Line(DomainId id, String name, long memoryBytes, int vcpus, String state) {
    boolean runs() {
      return state.chars().noneMatch(c -> c == 'p' || c == 's' || c == 'c' || c == 'd');
    }

    /** Whether it has no state of its processors yet. */
    boolean arrives() {
      return vcpus == 0;
    }
  }

  /**
   * Reads it.
   *
   * @throws IOException if it is not a listing
   */
  static XlListing parse(String text) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String line : text.lines().skip(1).toList()) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length < COLUMNS) {
        throw new IOException("'xl list' has a line that cannot be read: " + line);
      }
      int last = words.length;
      try {
        Line domain =
            new Line(
                DomainId.parse(words[last - 5]),
                String.join(" ", List.of(words).subList(0, last - 5)),
                Long.parseLong(words[last - 4]) * MIB,
                Integer.parseInt(words[last - 3]),
                words[last - 2]);
        if (!domain.id().equals(DomainId.DOM0)) {
          lines.add(domain);
        }
      } catch (IllegalArgumentException e) {
        throw new IOException("'xl list' has a line that cannot be read: " + line, e);
      }
    }
    return new XlListing(List.copyOf(lines));
  }

  /** The domain of exactly that name. */
  Optional<Line> find(String name) {
    return domains.stream().filter(domain -> domain.name().equals(name)).findFirst();
  }

  /** A domain that arrives under a name: xl calls it so, libvirt has given it its name already. */
  Optional<Line> arriving(String name) {
    return domains.stream()
        .filter(
            domain ->
                domain.name().equals(name + "--incoming")
                    || (domain.name().equals(name) && domain.arrives()))
        .findFirst();
  }
}
