package org.dmore.coordinator.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.PairMigrator;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.coordinator.pair.StoreJournal;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.StoreException;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One move that this process leads, on a thread of its own, from its beginning or from where its
 * leader before left it, to its end: both VMs on one host, and the store says so.
 *
 * <p>Once the leadership is lost the thread is interrupted and writes nothing more: the move is
 * another's. A process that ends leaves a move that has committed to the next one.
 */
final class LedMove implements MigrationListener {
  private static final Logger LOG = LoggerFactory.getLogger(LedMove.class);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final MoveContext context;
  private final MigrationRecord record;
  private final PairRecord pair;
  private final Leadership leadership;
  private final boolean fresh;
  private final MigrationSettings bounds;
  private final Duration expectedDomRMove;
  private final MoveEnd end;

  /** Touched by the move's thread alone. */
  private Optional<MigrationReceipt> receipt = Optional.empty();

  private MigrationStep step = MigrationStep.CHECK;

  /** Where DomR is as long as it is here. */
  private Optional<DomainId> domR = Optional.empty();

  private long waiting;
  private boolean cancelled;
  private PairMigrator migrator;
  private volatile VmMigration.Progress copied = new VmMigration.Progress("", 0, 0, Duration.ZERO);
  private volatile Duration learnt = Duration.ZERO;

  /**
   * Prepares it.
   *
   * @param fresh whether it begins, and was not led by anybody before
   * @param expectedDomRMove what moves of its DomR took; zero if there was none
   */
  LedMove(
      MoveContext context,
      MigrationRecord record,
      PairRecord pair,
      Leadership leadership,
      boolean fresh,
      MigrationSettings bounds,
      Duration expectedDomRMove) {
    this.context = context;
    this.record = record;
    this.pair = pair;
    this.leadership = leadership;
    this.fresh = fresh;
    this.bounds = bounds;
    this.expectedDomRMove = expectedDomRMove;
    this.end = new MoveEnd(context, record, pair, leadership);
  }

  MigrationRecord record() {
    return record;
  }

  /** What DomR's move took, by all that is known; zero if that is nothing. */
  Duration learnt() {
    return learnt;
  }

  /** How far it is. */
  synchronized MigrationStatus.Progress progress() {
    return new MigrationStatus.Progress(
        step.words(),
        copied.bytesDone(),
        copied.bytesTotal(),
        waitingInput(),
        Duration.between(record.started(), context.clock().instant()));
  }

  /** What DomR said last before it stood still; in the end the receipt has it exactly. */
  private long waitingInput() {
    if (domR.isPresent() && !step.isCommitted()) {
      try {
        long all = 0;
        for (String guest : pair.guests()) {
          ConsoleId console = pair.pair().console(domR.get(), guest);
          all += context.local().agent().notes(console).waiting();
        }
        waiting = all;
      } catch (IOException e) {
        LOG.debug("how much input waits is not known: {}", e.getMessage());
      }
    }
    return waiting;
  }

  /** Asks for it to be called off; false if there is only forward. */
  synchronized boolean cancel() {
    if (!fresh || step.isCommitted()) {
      return false;
    }
    cancelled = true;
    if (migrator != null) {
      boolean unused = migrator.cancel();
    }
    return true;
  }

  /** Carries it out. */
  void run() {
    try {
      MigrationRecord unused =
          leadership.whileHeld(
              () -> {
                lead();
                return record;
              });
    } catch (InterruptedException e) {
      LOG.info("migration={} is left to whoever comes next", record.id());
    } catch (DeposedException e) {
      LOG.warn("migration={} is led here no more: {}", record.id(), e.getMessage());
      context.auditor().tell("migration-deposed", "migration", record.id(), "pair", pair.name());
    } catch (Exception e) {
      LOG.error("migration={} is left as it is, and taken up again", record.id(), e);
    }
  }

  @Override
  public void beginning(MigrationStep next) {
    synchronized (this) {
      if (cancelled && !next.isCommitted()) {
        throw new CancellationException("it was cancelled");
      }
      step = next;
    }
    if (next == MigrationStep.HOLD) {
      unfollow();
      findDomR();
    }
    context.notes().execute(() -> note(next));
  }

  @Override
  public void progress(MigrationStep now, VmMigration.Progress progress) {
    copied = progress;
  }

  private void lead() throws IOException, InterruptedException {
    MigrationJournal journal =
        context
            .auditor()
            .journal(
                StoreJournal.open(
                    context.store(),
                    leadership,
                    record.id(),
                    context.settings().journalPatience()));
    PairMigrator made =
        new PairMigrator(pair.pair(), bounds, journal, record::id, expectedDomRMove);
    synchronized (this) {
      migrator = made;
    }
    finish(made, journal, fresh ? begin(made, journal) : "its leader was gone");
  }

  /** Moves the pair; why that failed, if it did. */
  private String begin(PairMigrator made, MigrationJournal journal)
      throws IOException, InterruptedException {
    try {
      VmHost to = context.directory().host(record.to());
      receipt = Optional.of(made.migrate(context.local(), to, this));
      learnt = made.expectedDomRMove();
      return "";
    } catch (InterruptedException e) {
      leaveInOrder(journal);
      throw e;
    } catch (IOException e) {
      checkNotDeposed(e);
      LOG.info("{}", e.getMessage());
      return String.valueOf(e.getMessage());
    }
  }

  /** Brings it to an end, whatever it takes: as long as it has none nobody can use the pair. */
  private void finish(PairMigrator made, MigrationJournal journal, String failure)
      throws IOException, InterruptedException {
    Duration pause = context.settings().retry();
    while (true) {
      leadership.check();
      try {
        receipt = made.recover(hosts(), this).flatMap(RecoveredMove::receipt).or(() -> receipt);
        conclude(journal, failure);
        return;
      } catch (IOException e) {
        checkNotDeposed(e);
        if (isTheSources()) {
          LOG.info(
              "migration={} is left to host={}, which is back: {}",
              record.id(),
              record.from(),
              e.getMessage());
          return;
        }
        LOG.warn("migration={} again in {}: {}", record.id(), pause, e.getMessage());
      }
      Thread.sleep(pause.toMillis());
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : longer;
    }
  }

  private void conclude(MigrationJournal journal, String failure)
      throws IOException, InterruptedException {
    if (receipt.isPresent() || endsAtDestination(journal)) {
      end.moved(receipt);
    } else {
      end.calledOff(failure);
    }
  }

  /** After hostd was told to end: what has ended is said to have, the rest is the next one's. */
  private void leaveInOrder(MigrationJournal journal) throws IOException, InterruptedException {
    leadership.check();
    boolean interrupted = Thread.interrupted();
    List<MigrationJournal.Entry> entries = journal.entries();
    if (!entries.isEmpty() && last(entries).mark() == MigrationJournal.Mark.ENDED) {
      conclude(journal, "hostd was told to end");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the journal ends with both VMs at the destination, in the words of who wrote it. */
  private static boolean endsAtDestination(MigrationJournal journal) throws IOException {
    List<MigrationJournal.Entry> entries = journal.entries();
    return !entries.isEmpty()
        && last(entries).mark() == MigrationJournal.Mark.ENDED
        && last(entries).detail().equals("moved");
  }

  private static MigrationJournal.Entry last(List<MigrationJournal.Entry> entries) {
    return entries.get(entries.size() - 1);
  }

  /** Whether it is led from elsewhere while the source, whose hostd alone can go back, is there. */
  private boolean isTheSources() throws StoreException {
    return !context.directory().isLocal(record.from())
        && context.inventory().presentHosts().contains(record.from());
  }

  private Map<String, VmHost> hosts() throws IOException {
    return Map.of(record.from(), source(), record.to(), context.directory().host(record.to()));
  }

  /** A source whose hostd is gone must not keep a move from going forward that has committed. */
  private VmHost source() throws IOException {
    if (context.directory().isLocal(record.from())
        || context.inventory().presentHosts().contains(record.from())) {
      return context.directory().host(record.from());
    }
    try {
      VmHost source = context.directory().host(record.from());
      long unused = source.freeMemory();
      return source;
    } catch (IOException e) {
      LOG.info("host={} does not answer: {}", record.from(), e.getMessage());
      boolean down = context.directory().record(record.from()).state() == HostRecord.State.DOWN;
      return new AbsentHost(record.from(), down);
    }
  }

  private void findDomR() {
    try {
      Optional<DomainId> found = context.local().find(pair.domR());
      synchronized (this) {
        domR = found;
      }
    } catch (IOException e) {
      LOG.debug("domr={} is not found: {}", pair.domR(), e.getMessage());
    }
  }

  private void unfollow() {
    try {
      PairRegistry.unfollow(context.local(), pair);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For people: it may be late, and does not matter if it cannot be written. */
  private void note(MigrationStep next) {
    try {
      Optional<MigrationRecord> unused =
          context
              .inventory()
              .migrations()
              .under(leadership)
              .update(
                  record.id(),
                  before ->
                      before.state().hasEnded() || before.step().compareTo(next) > 0
                          ? before
                          : before.at(next));
    } catch (StoreException e) {
      LOG.debug("migration={} step={} is not noted: {}", record.id(), next, e.getMessage());
    }
  }

  /** Whoever was deposed stops dead, wherever that was found out. */
  private void checkNotDeposed(IOException failure) throws DeposedException {
    leadership.check();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeposedException deposed) {
        throw deposed;
      }
    }
  }
}
