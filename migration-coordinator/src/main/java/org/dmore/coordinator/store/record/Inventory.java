package org.dmore.coordinator.store.record;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dmore.coordinator.pair.StoreJournal;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.store.StoreEntry;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.Transaction;

/**
 * What the control plane knows: its hosts, pairs, migrations and drains, and which hosts are
 * present. Thread-safe.
 */
public final class Inventory {
  private static final String HOST_ROLE = "host/";

  private final StateStore store;
  private final Repository<HostRecord> hosts;
  private final Repository<PairRecord> pairs;
  private final Repository<MigrationRecord> migrations;
  private final Repository<DrainRecord> drains;

  /** Reads and writes a store, which stays its owner's to close. */
  public Inventory(StateStore store) {
    this.store = store;
    hosts = Repository.of(store, "/dmore/hosts/", HostRecord.class, HostRecord::name);
    pairs = Repository.of(store, "/dmore/pairs/", PairRecord.class, PairRecord::name);
    migrations =
        Repository.of(store, "/dmore/migrations/", MigrationRecord.class, MigrationRecord::id);
    drains = Repository.of(store, "/dmore/drains/", DrainRecord.class, DrainRecord::host);
  }

  /** Hosts, by name. */
  public Repository<HostRecord> hosts() {
    return hosts;
  }

  /** Pairs, by name. */
  public Repository<PairRecord> pairs() {
    return pairs;
  }

  /** Migrations, by id and so by time. */
  public Repository<MigrationRecord> migrations() {
    return migrations;
  }

  /** Drains, by host. */
  public Repository<DrainRecord> drains() {
    return drains;
  }

  /**
   * Says that a host is present, until the result is closed or its process ends.
   *
   * @param ttl how long after its end others may still think so
   * @param onLost called at most once when others may no longer think so
   * @return empty if another process says that it is that host
   */
  public Optional<Leadership> announce(String host, Duration ttl, Runnable onLost)
      throws StoreException {
    return Leadership.tryToLead(store, HOST_ROLE + Keys.nameOf(host), host, ttl, onLost);
  }

  /** The names of the hosts that are present, with or without a record. */
  public Set<String> presentHosts() throws StoreException {
    Set<String> present = new TreeSet<>();
    for (StoreEntry entry : store.list(Leadership.ROLES + HOST_ROLE).entries()) {
      present.add(entry.value());
    }
    return present;
  }

  /**
   * Takes the right to lead a migration, so that whatever is written under it is refused once
   * another has it.
   *
   * @param host who leads
   * @param ttl how long others wait when the leader has died
   * @param onLost called at most once when it may no longer lead
   * @return empty if somebody leads it
   */
  public Optional<Leadership> leadMigration(String id, String host, Duration ttl, Runnable onLost)
      throws StoreException {
    return Leadership.tryToLead(store, "migration/" + Keys.nameOf(id), host, ttl, onLost);
  }

  /**
   * Forgets a migration that has ended, with its journal.
   *
   * @return false if there is none, or it has not ended
   */
  public boolean forgetMigration(String id) throws StoreException {
    String key = migrations.keyOf(id);
    Optional<StoreEntry> entry = store.get(key);
    Optional<MigrationRecord> found = migrations.find(id);
    if (entry.isEmpty() || found.isEmpty() || !found.get().state().hasEnded()) {
      return false;
    }
    return store
        .commit(
            Transaction.builder()
                .whenUnchanged(entry.get())
                .delete(key)
                .deletePrefix(StoreJournal.prefixOf(id))
                .build())
        .isCommitted();
  }
}
