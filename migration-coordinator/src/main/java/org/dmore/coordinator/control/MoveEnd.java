package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.OutcomeUnknownException;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.StoreUnavailableException;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of a move that is over, where the pair is: first of the pair, last of the move, since a move
 * that is over is looked at no more. All of it may be said twice.
 */
final class MoveEnd {
  private static final Logger LOG = LoggerFactory.getLogger(MoveEnd.class);

  private final MoveContext context;
  private final MigrationRecord record;
  private final PairRecord pair;
  private final Leadership leadership;

  MoveEnd(MoveContext context, MigrationRecord record, PairRecord pair, Leadership leadership) {
    this.context = context;
    this.record = record;
    this.pair = pair;
    this.leadership = leadership;
  }

  /** A write to the store. */
  @FunctionalInterface
  private interface Write {
    void carryOut() throws StoreException;
  }

  /**
   * Both VMs are at the destination.
   *
   * @param receipt empty if whoever had it is gone
   */
  void moved(Optional<MigrationReceipt> receipt) throws IOException, InterruptedException {
    insist(
        () -> {
          Optional<PairRecord> unused =
              context
                  .inventory()
                  .pairs()
                  .under(leadership)
                  .update(pair.name(), before -> before.withHost(record.to()));
        });
    follow(record.to());
    end(
        before ->
            receipt
                .map(found -> before.done(context.clock().instant(), found))
                .orElseGet(
                    () ->
                        before.ended(
                            MigrationRecord.State.DONE,
                            context.clock().instant(),
                            "its receipt went with its leader")));
  }

  /** Both VMs are at the source. */
  void calledOff(String why) throws IOException, InterruptedException {
    follow(record.from());
    end(before -> before.ended(MigrationRecord.State.CALLED_OFF, context.clock().instant(), why));
  }

  private void end(UnaryOperator<MigrationRecord> change) throws IOException, InterruptedException {
    insist(
        () -> {
          Optional<MigrationRecord> ended =
              context
                  .inventory()
                  .migrations()
                  .under(leadership)
                  .update(
                      record.id(),
                      before -> before.state().hasEnded() ? before : change.apply(before));
          ended.ifPresent(this::audit);
        });
  }

  private void audit(MigrationRecord ended) {
    context
        .auditor()
        .tell(
            "migration-ended",
            "migration",
            ended.id(),
            "pair",
            ended.pair(),
            "from",
            ended.from(),
            "to",
            ended.to(),
            "state",
            ended.state().name(),
            "why",
            ended.failure().orElse(""));
  }

  /** If it cannot be, the host does it itself: it looks for pairs that it has all the time. */
  private void follow(String name) {
    try {
      VmHost host = context.directory().host(name);
      PairRegistry.follow(host, pair);
    } catch (IOException e) {
      LOG.warn("pair={} is not followed at host={}: {}", pair.name(), name, e.getMessage());
    }
  }

  /** Until the store has it, or the leadership is lost. */
  private void insist(Write write) throws IOException, InterruptedException {
    while (true) {
      try {
        write.carryOut();
        return;
      } catch (StoreUnavailableException | OutcomeUnknownException e) {
        LOG.warn("migration={} its end is not noted yet: {}", record.id(), e.getMessage());
      }
      Thread.sleep(context.settings().retry().toMillis());
    }
  }
}
