package org.dmore.xen.embedded;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.dmore.xen.NodePermissions;

/**
 * One version of a node.
 *
 * @param children their names; a child that comes or goes makes a new version
 * @param generation grows with every change of the tree; tells versions apart
 */
record StoreNode(
    String value, NodePermissions permissions, NavigableSet<String> children, long generation) {

  /** {@code struct xs_tdb_record_hdr} of xenstored, and one permission in it. */
  private static final int HEADER_BYTES = 20;

  private static final int PERMISSION_BYTES = 8;

  static StoreNode empty(NodePermissions permissions) {
    return new StoreNode("", permissions, Collections.emptyNavigableSet(), 0);
  }

  StoreNode withValue(String newValue) {
    return new StoreNode(newValue, permissions, children, generation);
  }

  StoreNode withPermissions(NodePermissions newPermissions) {
    return new StoreNode(value, newPermissions, children, generation);
  }

  StoreNode withChild(String name) {
    TreeSet<String> more = new TreeSet<>(children);
    more.add(name);
    return new StoreNode(
        value, permissions, Collections.unmodifiableNavigableSet(more), generation);
  }

  StoreNode withoutChild(String name) {
    TreeSet<String> fewer = new TreeSet<>(children);
    fewer.remove(name);
    return new StoreNode(
        value, permissions, Collections.unmodifiableNavigableSet(fewer), generation);
  }

  /** Bytes that xenstored stores for it, which its quota of a node counts. */
  int storedBytes() {
    int names = children.stream().mapToInt(name -> name.length() + 1).sum();
    return HEADER_BYTES
        + PERMISSION_BYTES * (1 + permissions.named().size())
        + value.getBytes(StandardCharsets.UTF_8).length
        + names;
  }

  StoreNode at(long newGeneration) {
    return new StoreNode(value, permissions, children, newGeneration);
  }
}
