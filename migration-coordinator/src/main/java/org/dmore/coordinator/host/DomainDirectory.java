package org.dmore.coordinator.host;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * The domains of this host by their names, as {@code /local/domain} of xenstore lists them: the
 * same whether xl or libvirt made them. Names are the toolstack's: a guest may read its own and
 * cannot write it.
 *
 * <p>A domain that lingers, dead, because others still map its pages has no nodes any more and is
 * not listed.
 *
 * <p>Thread-safe.
 */
public final class DomainDirectory {
  /** What xl adds to the name of a domain while it arrives in a migration. */
  public static final String INCOMING = "--incoming";

  static final String HOME = "/local/domain/";

  private static final long KIB = 1024;

  private final XenStore store;

  /** Reads xenstore as dom0. */
  public DomainDirectory(XenStore store) {
    this.store = store;
  }

  /** All domains but dom0, in order of their numbers; those that have no name yet are left out. */
  public Map<DomainId, String> domains() throws XenException {
    Map<DomainId, String> names = new TreeMap<>(java.util.Comparator.comparingInt(DomainId::value));
    for (String child : store.list("/local/domain").orElse(List.of())) {
      DomainId id;
      try {
        id = DomainId.parse(child);
      } catch (IllegalArgumentException e) {
        continue; // not a toolstack's work
      }
      if (!id.equals(DomainId.DOM0)) {
        store
            .read(HOME + id + "/name")
            .filter(name -> !name.isEmpty())
            .ifPresent(name -> names.put(id, name));
      }
    }
    return names;
  }

  /** The domain of exactly that name. */
  public Optional<DomainId> find(String name) throws XenException {
    return withName(domains(), name);
  }

  /**
   * Memory that a domain may have, in bytes, as its toolstack wrote it.
   *
   * @throws IOException if it is not here, or nobody wrote it
   */
  public long memoryBytes(DomainId id) throws IOException {
    String node = HOME + id + "/memory/static-max";
    String text =
        store.read(node).orElseThrow(() -> new IOException("domain=" + id + " has no " + node));
    try {
      return Long.parseLong(text.strip()) * KIB;
    } catch (NumberFormatException e) {
      throw new IOException(node + "=" + text + " is no number", e);
    }
  }

  /** Whether a domain is listed. */
  public boolean isHere(DomainId id) throws XenException {
    return id.equals(DomainId.DOM0) || store.read(HOME + id + "/name").isPresent();
  }

  /**
   * The domain that is named, or numbered: a number is a domain id, as for xl.
   *
   * @throws IOException if there is none, with those that there are
   */
  public DomainId require(String nameOrId) throws IOException {
    Map<DomainId, String> present = domains();
    Optional<DomainId> found =
        isNumber(nameOrId)
            ? present.keySet().stream().filter(id -> id.toString().equals(nameOrId)).findFirst()
            : withName(present, nameOrId);
    return found.orElseThrow(
        () ->
            new IOException(
                "no domain="
                    + nameOrId
                    + " on this host: "
                    + (present.isEmpty()
                        ? "there is none besides dom0"
                        : "there are " + describe(present))));
  }

  /** Whether a text that should name a domain is a number, and so its id. */
  public static boolean isNumber(String nameOrId) {
    return !nameOrId.isEmpty() && nameOrId.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The domain of exactly that name. */
  static Optional<DomainId> withName(Map<DomainId, String> present, String name) {
    return present.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String describe(Map<DomainId, String> present) {
    return present.entrySet().stream()
        .map(entry -> entry.getValue() + " (domid=" + entry.getKey() + ")")
        .collect(Collectors.joining(", "));
  }
}
