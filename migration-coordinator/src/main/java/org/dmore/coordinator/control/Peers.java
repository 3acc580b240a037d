package org.dmore.coordinator.control;

import java.util.Optional;
import org.dmore.coordinator.store.record.HostRecord;

/** How other hosts' hostds are reached. Thread-safe. */
@FunctionalInterface
public interface Peers {

  /** A host's hostd; it need not answer. Empty if there is no way to it. */
  Optional<Peer> peer(HostRecord host);
}
