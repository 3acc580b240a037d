package org.dmore.coordinator.host;

import static org.dmore.coordinator.host.DomainDirectory.HOME;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dmore.xen.DomainId;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Which entries of guests' grant tables dom0 wrote: a node a guest below {@value #ROOT}, which dom0
 * alone may touch. It outlives the process, so that the next one knows its predecessor's entries
 * from the guest's own and can take them back.
 *
 * <p>A line begins with the guest's {@code vm} node, which names it beyond its number: numbers are
 * given again, in time.
 *
 * <p>Thread-safe.
 */
final class SeedRecords {
  static final String ROOT = "/tool/dmore/grants";

  private final XenStore store;

  /**
   * A run of entries in one guest's table.
   *
   * @param base the first one's reference
   * @param count how many
   * @param grantee the domain that may map them
   */
  record Run(int base, int count, DomainId grantee) {
    private static Run parse(String word) {
      String[] parts = word.split(":", -1);
      return new Run(
          Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), DomainId.parse(parts[2]));
    }

    @Override
    public String toString() {
      return base + ":" + count + ":" + grantee;
    }
  }

  SeedRecords(XenStore store) {
    this.store = store;
  }

  /** What is recorded of a guest. */
  List<Run> of(DomainId domU) throws XenException {
    Optional<String> line = store.read(node(domU));
    if (line.isEmpty()) {
      return List.of();
    }
    String[] words = line.get().split(" ", -1);
    if (!words[0].equals(vm(domU))) {
      return List.of(); // of another that had this number
    }
    List<Run> runs = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      runs.add(Run.parse(words[i]));
    }
    return runs;
  }

  /** Replaces what is recorded of a guest. */
  void set(DomainId domU, List<Run> runs) throws XenException {
    if (runs.isEmpty()) {
      forget(domU);
      return;
    }
    String line =
        vm(domU) + " " + runs.stream().map(Run::toString).collect(Collectors.joining(" "));
    store.inTransaction(
        view -> {
          for (String path : List.of("/tool/dmore", ROOT, node(domU))) {
            if (path.equals(node(domU))) {
              view.write(path, line);
            } else if (view.read(path).isEmpty()) {
              view.write(path, "");
            }
            view.setPermissions(path, NodePermissions.ownedBy(DomainId.DOM0));
          }
          return null;
        });
  }

  /** Drops the record of a guest that is no more. */
  void forget(DomainId domU) throws XenException {
    if (store.read(node(domU)).isPresent()) {
      store.remove(node(domU));
    }
  }

  private String vm(DomainId domU) throws XenException {
    return store.read(HOME + domU + "/vm").orElse("-").replace(' ', '_');
  }

  private static String node(DomainId domU) {
    return ROOT + "/" + domU;
  }
}
