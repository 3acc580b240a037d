package org.dmore.coordinator.host;

import static org.dmore.coordinator.host.DomainDirectory.HOME;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Tells when domains come, go, or change their names.
 *
 * <p>Xenstore announces that a domain was introduced or died ({@code @introduceDomain},
 * {@code @releaseDomain}), the latter before the toolstack has removed the domain's nodes. So each
 * name is watched besides: it changes when {@code NAME--incoming} becomes {@code NAME}, and goes
 * with the nodes.
 *
 * <p>Confined to the attachment's thread, but for the listener, which is called on xenstore's.
 */
final class DomainWatch implements AutoCloseable {
  private final XenStore store;
  private final Runnable changed;
  private final Map<DomainId, XenStore.Watch> names = new HashMap<>();
  private final Set<XenStore.Watch> special = new HashSet<>();

  DomainWatch(XenStore store, Runnable changed) {
    this.store = store;
    this.changed = changed;
  }

  void start() throws XenException {
    special.add(store.watch("@introduceDomain", path -> changed.run()));
    special.add(store.watch("@releaseDomain", path -> changed.run()));
  }

  /** Watches the names of these domains, and of no others. */
  void follow(Set<DomainId> domains) throws XenException {
    for (DomainId gone : Set.copyOf(names.keySet())) {
      if (!domains.contains(gone)) {
        names.remove(gone).close();
      }
    }
    for (DomainId id : domains) {
      if (!names.containsKey(id)) {
        names.put(id, store.watch(HOME + id + "/name", path -> changed.run()));
      }
    }
  }

  @Override
  public void close() {
    special.forEach(XenStore.Watch::close);
    special.clear();
    names.values().forEach(XenStore.Watch::close);
    names.clear();
  }
}
