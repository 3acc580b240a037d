package org.dmore.xen.embedded;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.XenException;

/** One host's xenstore: the tree, who watches it, and who has how much of it. */
final class StoreDaemon {
  static final String INTRODUCE_DOMAIN = "@introduceDomain";
  static final String RELEASE_DOMAIN = "@releaseDomain";

  /** The generation of a node that is not there. */
  private static final long ABSENT = 0;

  private final StoreQuota quota;
  private final Map<String, StoreNode> nodes = new HashMap<>();
  private final Map<DomainId, Integer> owned = new HashMap<>();
  private final Map<DomainId, Integer> transactions = new HashMap<>();
  private final List<StoreWatch> watches = new ArrayList<>();
  private long generation = ABSENT;

  StoreDaemon(StoreQuota quota) {
    this.quota = quota;
    nodes.put(
        StorePath.ROOT, StoreNode.empty(NodePermissions.ownedBy(DomainId.DOM0)).at(++generation));
  }

  /** What an operation does in a transaction. */
  @FunctionalInterface
  interface Step<T> {
    T in(StoreTransaction transaction) throws XenException;
  }

  StoreQuota quota() {
    return quota;
  }

  StoreNode node(String path) {
    return nodes.get(path);
  }

  static long generationOf(StoreNode node) {
    return node == null ? ABSENT : node.generation();
  }

  int ownedBy(DomainId domain) {
    return owned.getOrDefault(domain, 0);
  }

  synchronized StoreTransaction begin(DomainId domain) throws XenException {
    int open = transactions.getOrDefault(domain, 0);
    if (!domain.equals(DomainId.DOM0) && open >= quota.transactions()) {
      throw new XenException(
          Errno.EQUOTA, "domid=" + domain + " has transactions=" + open + " open: end one");
    }
    transactions.put(domain, open + 1);
    return new StoreTransaction(this, domain);
  }

  synchronized void end(DomainId domain) {
    transactions.computeIfPresent(domain, (id, open) -> open == 1 ? null : open - 1);
  }

  /** One step of a transaction that is committed later. */
  synchronized <T> T step(StoreTransaction transaction, Step<T> step) throws XenException {
    return step.in(transaction);
  }

  /** One operation by itself. */
  synchronized <T> T once(DomainId domain, Step<T> step) throws XenException {
    StoreTransaction single = new StoreTransaction(this, domain);
    T result = step.in(single);
    commit(single);
    return result;
  }

  /** Makes a transaction visible, or throws EAGAIN and does nothing. */
  synchronized void commit(StoreTransaction transaction) throws XenException {
    for (Map.Entry<String, Long> looked : transaction.seen().entrySet()) {
      if (generationOf(nodes.get(looked.getKey())) != looked.getValue()) {
        throw new XenException(
            Errno.EAGAIN, "path=" + looked.getKey() + " was changed by another: begin anew");
      }
    }
    if (!transaction.overlay().isEmpty()) {
      generation++;
    }
    for (Map.Entry<String, Optional<StoreNode>> change : transaction.overlay().entrySet()) {
      if (change.getValue().isPresent()) {
        nodes.put(change.getKey(), change.getValue().get().at(generation));
      } else {
        nodes.remove(change.getKey());
      }
    }
    transaction.created().forEach((owner, delta) -> owned.merge(owner, delta, Integer::sum));
    transaction.changes().forEach(this::fire);
  }

  private void fire(String path, StoreTransaction.Change change) {
    StoreNode after = nodes.get(path);
    for (StoreWatch watch : watches) {
      boolean meant =
          change.exact() ? watch.path().equals(path) : StorePath.covers(watch.path(), path);
      if (meant
          && (mayRead(watch.domain(), change.before())
              || (after != null && mayRead(watch.domain(), after.permissions())))) {
        watch.fire(path);
      }
    }
  }

  private static boolean mayRead(DomainId domain, NodePermissions permissions) {
    return permissions != null && permissions.rightOf(domain).allowsRead();
  }

  /** Tells dom0 that a domain came or went. */
  synchronized void announce(String special) {
    for (StoreWatch watch : watches) {
      if (watch.path().equals(special)) {
        watch.fire(special);
      }
    }
  }

  /** Adds a watch, which fires at once. */
  synchronized void add(StoreWatch watch) throws XenException {
    long has = watches.stream().filter(w -> w.domain().equals(watch.domain())).count();
    if (!watch.domain().equals(DomainId.DOM0) && has >= quota.watches()) {
      throw new XenException(
          Errno.EQUOTA, "domid=" + watch.domain() + " has watches=" + has + ": close one");
    }
    watches.add(watch);
    watch.fire(watch.path());
  }

  synchronized void drop(StoreWatch watch) {
    watches.remove(watch);
  }
}
