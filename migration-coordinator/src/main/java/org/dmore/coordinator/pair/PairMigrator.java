package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.coordinator.host.VmHost;

/**
 * Moves one pair between hosts, one move at a time, and remembers what it learnt: how long its DomR
 * takes to move, and the receipts. Thread-safe.
 */
public final class PairMigrator {
  private static final int RECEIPTS_KEPT = 1_000;

  private final Pair pair;
  private final MigrationSettings settings;
  private final MigrationJournal journal;
  private final MoveIds ids;
  private final AtomicBoolean moving = new AtomicBoolean();
  private final List<MigrationReceipt> receipts = new ArrayList<>();

  // Touched only by whoever has set moving.
  private boolean loaded;
  private Optional<String> unfinished = Optional.empty();

  private volatile PairMigration current;
  private volatile Duration expectedDomRMove;

  /** Makes a migrator for a pair, whose moves are numbered from the journal's last one on. */
  public PairMigrator(Pair pair, MigrationSettings settings, MigrationJournal journal) {
    this(pair, settings, journal, new MoveNumbers(pair, journal)::next, Duration.ZERO);
  }

  /**
   * Makes a migrator for a pair.
   *
   * @param ids gives each move an id that none had before
   * @param expectedDomRMove what former moves of a DomR like this took; zero if that is not known
   */
  public PairMigrator(
      Pair pair,
      MigrationSettings settings,
      MigrationJournal journal,
      MoveIds ids,
      Duration expectedDomRMove) {
    this.pair = pair;
    this.settings = settings;
    this.journal = journal;
    this.ids = ids;
    this.expectedDomRMove = expectedDomRMove;
  }

  /** Gives each move its id. */
  @FunctionalInterface
  public interface MoveIds {
    /**
     * An id that no move had before.
     *
     * @throws IOException if that cannot be known
     */
    String next() throws IOException;
  }

  /** What the next move of DomR is expected to take, by those that were; zero if there was none. */
  public Duration expectedDomRMove() {
    return expectedDomRMove;
  }

  /** The pair. */
  public Pair pair() {
    return pair;
  }

  /**
   * Moves the pair and waits for the end.
   *
   * @return the receipt
   * @throws MigrationFailedException if it failed or was called off; the message says where both
   *     VMs are now
   * @throws IOException if another move of this pair is under way, or one was begun by a leader
   *     that is no more and is to be {@linkplain #recover recovered} first
   */
  public MigrationReceipt migrate(VmHost from, VmHost to, MigrationListener listener)
      throws IOException, InterruptedException {
    if (!moving.compareAndSet(false, true)) {
      throw new IOException("pair=" + pair + " is moving already: wait for that move to end");
    }
    try {
      load();
      if (unfinished.isPresent()) {
        throw new IOException(
            "pair=%s has migration=%s, which was not brought to its end: recover it first"
                .formatted(pair, unfinished.get()));
      }
      String id = ids.next();
      PairMigration migration =
          new PairMigration(
              new Move(id, pair, from, to, settings, journal, listener), expectedDomRMove);
      unfinished = Optional.of(id); // until it has ended, one way or the other
      current = migration;
      MigrationReceipt receipt;
      try {
        receipt = migration.run();
      } finally {
        if (migration.hasEnded()) {
          unfinished = Optional.empty();
        }
      }
      migration.domRMove().ifPresent(this::learn);
      synchronized (receipts) {
        if (receipts.size() == RECEIPTS_KEPT) {
          receipts.remove(0);
        }
        receipts.add(receipt);
      }
      return receipt;
    } finally {
      current = null;
      moving.set(false);
    }
  }

  /**
   * Brings the pair's last move to its end, if its leader crashed or could not: whoever leads from
   * now on calls this before anything else.
   *
   * @param hosts the hosts by their names
   * @return what became of it; empty if there was nothing to recover
   * @throws MigrationFailedException if something stands in the way; call it again
   * @throws IOException if the journal cannot be read, a host is not known, or a move is under way
   */
  public Optional<RecoveredMove> recover(Map<String, VmHost> hosts, MigrationListener listener)
      throws IOException, InterruptedException {
    if (!moving.compareAndSet(false, true)) {
      throw new IOException("pair=" + pair + " is moving already: there is nothing to recover yet");
    }
    try {
      load();
      if (unfinished.isEmpty()) {
        return Optional.empty();
      }
      String id = unfinished.get();
      List<MigrationJournal.Entry> entries =
          journal.entries().stream().filter(entry -> isOf(entry, id)).toList();
      if (entries.isEmpty()) {
        unfinished = Optional.empty(); // its first line was never written
        return Optional.empty();
      }
      VmHost from = known(hosts, entries.get(0).from());
      VmHost to = known(hosts, entries.get(0).to());
      Move move = new Move(id, pair, from, to, settings, journal, listener);
      RecoveredMove recovered = new MoveRecovery(move, entries).run();
      unfinished = Optional.empty();
      return Optional.of(recovered);
    } finally {
      moving.set(false);
    }
  }

  /** Learns from the journal, once, what was before this process. */
  private void load() throws IOException {
    if (loaded) {
      return;
    }
    for (MigrationJournal.Entry entry : journal.entries()) {
      if (entry.pair().equals(pair.toString())) {
        unfinished =
            entry.mark() == MigrationJournal.Mark.ENDED
                ? Optional.empty()
                : Optional.of(entry.migration());
      }
    }
    loaded = true;
  }

  private boolean isOf(MigrationJournal.Entry entry, String id) {
    return entry.pair().equals(pair.toString()) && entry.migration().equals(id);
  }

  private static VmHost known(Map<String, VmHost> hosts, String name) throws IOException {
    VmHost host = hosts.get(name);
    if (host == null) {
      throw new IOException("host=" + name + " is in the journal, but is not known");
    }
    return host;
  }

  /** Asks for the move that is under way to be called off; false if there is none to call off. */
  public boolean cancel() {
    PairMigration migration = current;
    return migration != null && migration.cancel();
  }

  /** Whether a move is under way. */
  public boolean isMoving() {
    return moving.get();
  }

  /** The receipts of the moves so far, oldest first. */
  public List<MigrationReceipt> receipts() {
    synchronized (receipts) {
      return List.copyOf(receipts);
    }
  }

  /** The mean of what was expected and what it took: the last moves count most. */
  private void learn(Duration took) {
    Duration before = expectedDomRMove;
    expectedDomRMove = before.isZero() ? took : before.plus(took).dividedBy(2);
  }
}
