package org.dmore.xen;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who may read and write a xenstore node: {@code docs/misc/xenstore.txt}, "Permissions". The owner
 * and dom0 may do everything.
 *
 * @param owner the domain that the node belongs to
 * @param others what domains that are not named may do
 * @param named what single domains may do
 */
public record NodePermissions(DomainId owner, Right others, Map<DomainId, Right> named) {

  /** What a domain may do with a node; the letters {@code n}, {@code r}, {@code w}, {@code b}. */
  public enum Right {
    NONE,
    READ,
    WRITE,
    BOTH;

    /** Whether reading is included. */
    public boolean allowsRead() {
      return this == READ || this == BOTH;
    }

    /** Whether writing is included. */
    public boolean allowsWrite() {
      return this == WRITE || this == BOTH;
    }
  }

  public NodePermissions {
    named = Map.copyOf(named);
  }

  /** A node that its owner and dom0 alone may touch: {@code n OWNER}. */
  public static NodePermissions ownedBy(DomainId owner) {
    return new NodePermissions(owner, Right.NONE, Map.of());
  }

  /** The same, with one more domain allowed to read: {@code n OWNER, r READER}. */
  public NodePermissions readableBy(DomainId reader) {
    Map<DomainId, Right> more = new TreeMap<>(java.util.Comparator.comparingInt(DomainId::value));
    more.putAll(named);
    more.put(reader, Right.READ);
    return new NodePermissions(owner, others, more);
  }

  /** What a domain may do. */
  public Right rightOf(DomainId domain) {
    if (domain.equals(DomainId.DOM0) || domain.equals(owner)) {
      return Right.BOTH;
    }
    return named.getOrDefault(domain, others);
  }

  /** The domains that are named besides the owner, in order of their numbers. */
  public List<DomainId> namedDomains() {
    return named.keySet().stream()
        .sorted(java.util.Comparator.comparingInt(DomainId::value))
        .toList();
  }
}
