package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.pair.StoreJournal;
import org.dmore.coordinator.store.Keys;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The moves that are remembered, whoever leads or led them. Thread-safe. */
final class MoveRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(MoveRegistry.class);

  private final MoveContext context;
  private final Moves moves;

  MoveRegistry(MoveContext context, Moves moves) {
    this.context = context;
    this.moves = moves;
  }

  List<MigrationStatus> all() throws IOException {
    return context.inventory().migrations().all().stream()
        .map(record -> new MigrationStatus(record, moves.progress(record.id()), List.of()))
        .toList();
  }

  MigrationStatus one(String id) throws IOException {
    MigrationRecord record = record(id);
    return new MigrationStatus(record, progress(record), StoreJournal.read(context.store(), id));
  }

  /**
   * Who leads a move, if that is another host.
   *
   * @throws ControlException if it has ended, or nobody leads it now
   */
  Optional<ControlPlane> elsewhere(String id) throws IOException {
    MigrationRecord record = record(id);
    if (record.state().hasEnded()) {
      throw new ControlException(
          Reason.CONFLICT, "migration=%s has ended: %s".formatted(id, record.state()));
    }
    if (moves.isLed(id)) {
      return Optional.empty();
    }
    String leader =
        otherLeader(id)
            .orElseThrow(
                () ->
                    new ControlException(
                        Reason.UNAVAILABLE,
                        "migration=" + id + " has no leader now: it is taken up by itself"));
    return Optional.of(context.directory().control(leader));
  }

  /** Asks for a move that is led here to be called off. */
  MigrationStatus cancel(String id) throws IOException {
    if (!moves.cancel(id)) {
      throw new ControlException(
          Reason.CONFLICT, "migration=" + id + " can only go forward, or is being recovered");
    }
    context.auditor().tell("migration-cancelled", "migration", id);
    return one(id);
  }

  private Optional<MigrationStatus.Progress> progress(MigrationRecord record) throws IOException {
    if (record.state().hasEnded() || moves.isLed(record.id())) {
      return moves.progress(record.id());
    }
    Optional<String> leader = otherLeader(record.id());
    if (leader.isEmpty()) {
      return Optional.empty();
    }
    try {
      return context.directory().control(leader.get()).migration(record.id()).progress();
    } catch (IOException e) {
      LOG.debug("host={} does not say how migration={} goes", leader.get(), record.id(), e);
      return Optional.empty();
    }
  }

  private MigrationRecord record(String id) throws IOException {
    RequestRules.name("migration", id);
    return context
        .inventory()
        .migrations()
        .find(id)
        .orElseThrow(
            () -> new ControlException(Reason.NOT_FOUND, "migration=" + id + " is not known"));
  }

  private Optional<String> otherLeader(String id) throws IOException {
    return Leadership.holder(context.store(), "migration/" + Keys.nameOf(id))
        .filter(host -> !context.directory().isLocal(host));
  }
}
