package org.dmore.xen.embedded;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Reads and writes of one domain that become visible together. It keeps the version of each node
 * that it looked at, and its own versions beside the tree; {@link StoreDaemon#commit} compares and
 * exchanges. A single operation is a transaction of one step.
 *
 * <p>Guarded by the daemon.
 */
final class StoreTransaction {
  private final StoreDaemon daemon;
  private final DomainId domain;
  private final Map<String, Long> seen = new HashMap<>();
  private final Map<String, Optional<StoreNode>> overlay = new LinkedHashMap<>();
  private final Map<String, Change> changes = new LinkedHashMap<>();
  private final Map<DomainId, Integer> created = new HashMap<>();

  /**
   * A change to tell watchers.
   *
   * @param exact whether only watches on this very node are meant: a node that went with its parent
   * @param before who might read it before; null if it was not there
   */
  record Change(boolean exact, NodePermissions before) {}

  StoreTransaction(StoreDaemon daemon, DomainId domain) {
    this.daemon = daemon;
    this.domain = domain;
  }

  Map<String, Long> seen() {
    return seen;
  }

  Map<String, Optional<StoreNode>> overlay() {
    return overlay;
  }

  Map<String, Change> changes() {
    return changes;
  }

  Map<DomainId, Integer> created() {
    return created;
  }

  Optional<String> read(String path) throws XenException {
    return readable(path).map(StoreNode::value);
  }

  Optional<List<String>> list(String path) throws XenException {
    return readable(path).map(node -> List.copyOf(node.children()));
  }

  NodePermissions permissions(String path) throws XenException {
    return readable(path).map(StoreNode::permissions).orElseThrow(() -> missing(path));
  }

  void write(String path, String value) throws XenException {
    int payload = path.length() + 1 + value.getBytes(StandardCharsets.UTF_8).length;
    if (payload > XenStore.MAX_PAYLOAD) {
      throw new XenException(
          Errno.EINVAL, "path=" + path + " payload=" + payload + " limit=" + XenStore.MAX_PAYLOAD);
    }
    StoreNode node = get(path);
    if (node == null) {
      create(path, value);
    } else {
      checkWrite(path, node);
      put(path, node.withValue(value));
      changed(path, false, node.permissions());
    }
  }

  void remove(String path) throws XenException {
    StoreNode node = get(path);
    if (node == null) {
      return;
    }
    if (path.equals(StorePath.ROOT)) {
      throw new XenException(Errno.EINVAL, "the root of xenstore cannot be removed");
    }
    checkWrite(path, node);
    String parent = StorePath.parent(path);
    put(parent, get(parent).withoutChild(StorePath.name(path)));
    removeTree(path, node, false);
  }

  void setPermissions(String path, NodePermissions permissions) throws XenException {
    StoreNode node = get(path);
    if (node == null) {
      throw missing(path);
    }
    DomainId owner = node.permissions().owner();
    if (!isDom0() && !owner.equals(domain)) {
      throw denied("set permissions of", path);
    }
    if (!isDom0() && !permissions.owner().equals(owner)) {
      throw new XenException(
          Errno.EPERM, "domid=" + domain + " cannot give away path=" + path + ": only dom0 can");
    }
    count(owner, -1);
    count(permissions.owner(), 1);
    put(path, node.withPermissions(permissions));
    changed(path, false, node.permissions());
  }

  private void create(String path, String value) throws XenException {
    String parent = StorePath.parent(path);
    StoreNode above = get(parent);
    if (above == null) {
      create(parent, "");
      above = get(parent);
      changes.remove(parent);
    } else {
      checkWrite(parent, above);
    }
    NodePermissions inherited = above.permissions();
    NodePermissions own =
        isDom0() ? inherited : new NodePermissions(domain, inherited.others(), inherited.named());
    if (!isDom0()
        && daemon.ownedBy(domain) + created.getOrDefault(domain, 0) >= daemon.quota().nodes()) {
      throw new XenException(
          Errno.EQUOTA, "domid=" + domain + " owns nodes=" + daemon.quota().nodes());
    }
    count(own.owner(), 1);
    put(parent, above.withChild(StorePath.name(path)));
    put(path, StoreNode.empty(own).withValue(value));
    changed(path, false, null);
  }

  private void removeTree(String path, StoreNode node, boolean exact) throws XenException {
    changed(path, exact, node.permissions());
    count(node.permissions().owner(), -1);
    for (String name : node.children()) {
      String child = StorePath.child(path, name);
      removeTree(child, get(child), true);
    }
    put(path, null);
  }

  private void changed(String path, boolean exact, NodePermissions before) {
    Change earlier = changes.remove(path);
    NodePermissions first = earlier == null ? before : earlier.before();
    changes.put(path, new Change(exact && (earlier == null || earlier.exact()), first));
  }

  private void count(DomainId owner, int delta) {
    created.merge(owner, delta, Integer::sum);
  }

  /** A node as this transaction sees it; null if there is none. */
  private StoreNode get(String path) {
    Optional<StoreNode> own = overlay.get(path);
    if (own != null) {
      return own.orElse(null);
    }
    StoreNode node = daemon.node(path);
    seen.putIfAbsent(path, StoreDaemon.generationOf(node));
    return node;
  }

  private void put(String path, StoreNode node) throws XenException {
    if (node != null && !isDom0() && node.storedBytes() >= StoreQuota.NODE_BYTES) {
      throw new XenException(
          Errno.EQUOTA, "path=" + path + " bytes=" + node.storedBytes() + ": a node holds less");
    }
    overlay.put(path, Optional.ofNullable(node));
  }

  private Optional<StoreNode> readable(String path) throws XenException {
    StoreNode node = get(path);
    StoreNode judge = node;
    // As xenstored does: whether a node is missing is told to those who may read where it would be.
    for (String at = path; judge == null; ) {
      at = StorePath.parent(at);
      judge = get(at);
    }
    if (!judge.permissions().rightOf(domain).allowsRead()) {
      throw denied("read", path);
    }
    return Optional.ofNullable(node);
  }

  private void checkWrite(String path, StoreNode node) throws XenException {
    if (!node.permissions().rightOf(domain).allowsWrite()) {
      throw denied("write", path);
    }
  }

  private boolean isDom0() {
    return domain.equals(DomainId.DOM0);
  }

  private XenException denied(String what, String path) {
    return new XenException(Errno.EACCES, "domid=" + domain + " may not " + what + " path=" + path);
  }

  private static XenException missing(String path) {
    return new XenException(Errno.ENOENT, "path=" + path);
  }
}
