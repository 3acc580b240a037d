package org.dmore.xen.embedded;

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

  StoreNode at(long newGeneration) {
    return new StoreNode(value, permissions, children, newGeneration);
  }
}
