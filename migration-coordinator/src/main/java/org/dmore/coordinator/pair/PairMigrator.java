package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicBoolean moving = new AtomicBoolean();
  private final List<MigrationReceipt> receipts = new ArrayList<>();
  private volatile PairMigration current;
  private volatile Duration expectedDomRMove = Duration.ZERO;

  /** Makes a migrator for a pair. */
  public PairMigrator(Pair pair, MigrationSettings settings, MigrationJournal journal) {
    this.pair = pair;
    this.settings = settings;
    this.journal = journal;
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
   * @throws IOException if another move of this pair is under way
   */
  public MigrationReceipt migrate(VmHost from, VmHost to, MigrationListener listener)
      throws IOException, InterruptedException {
    if (!moving.compareAndSet(false, true)) {
      throw new IOException("pair=" + pair + " is moving already: wait for that move to end");
    }
    try {
      PairMigration migration =
          new PairMigration(
              numbers.incrementAndGet(),
              pair,
              from,
              to,
              settings,
              journal,
              listener,
              expectedDomRMove);
      current = migration;
      MigrationReceipt receipt = migration.run();
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
