package org.dmore.benchmarks.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.dmore.benchmarks.lab.viewer.RfbMessages;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.demo.DemoSettings;
import org.dmore.coordinator.demo.FaultyJournal;
import org.dmore.coordinator.demo.FaultyJournal.Fault;
import org.dmore.coordinator.demo.FaultyJournal.Killed;
import org.dmore.coordinator.demo.InputAudit;
import org.dmore.coordinator.pair.MigrationFailedException;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.pair.RecoveredMove;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.FaultPlan;

/**
 * One pair, one viewer, and as many moves as are asked for: each with what chance brings, of a VM
 * that fails to move, a leader that is killed at any line it writes (whoever recovers, too), a full
 * disk, and a guest that takes no input meanwhile. Not thread-safe.
 */
public final class Soak implements AutoCloseable {
  private static final String PASSWORD = "soak";
  private static final long PATIENCE_MILLIS = 30_000;

  /** Lines that a whole move writes, and a little more, so that some faults are not met. */
  private static final int LINES = 2 * MigrationStep.values().length + 4;

  /** More than a ring holds. */
  private static final int MAX_BURST = 80;

  private static final List<FaultPlan> FAULTS =
      List.of(
          FaultPlan.atConnect(),
          FaultPlan.atRound(1),
          FaultPlan.afterBytes(1 << 20),
          FaultPlan.inStopAndCopy(),
          FaultPlan.onArrival());

  private final Random random;
  private final TypedKeys keys = new TypedKeys();
  private final FaultyJournal journal = new FaultyJournal();
  private final DemoRoom room;
  private final RfbViewer viewer;
  private long moved;
  private long calledOff;
  private long killed;
  private long recovered;

  /**
   * What happened so far.
   *
   * @param moved moves that ended at the destination
   * @param calledOff moves that ended at the source
   * @param killed leaders that were killed, and that could not write
   * @param recovered of all moves, those that another leader brought to their end
   * @param events key events that were typed, and that the guest consumed, in order
   */
  public record Count(long moved, long calledOff, long killed, long recovered, long events) {}

  /** Something that must hold does not. */
  public static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    BrokenException(String what) {
      super(what);
    }
  }

  /** Boots the room and connects the viewer. */
  public Soak(long seed) throws IOException, InterruptedException {
    random = new Random(seed);
    DemoSettings settings =
        DemoSettings.of(ConsoledConfig.forGuest("soak", PASSWORD))
            .small()
            .withMigration(
                MigrationSettings.DEFAULT
                    .withPausedBound(Duration.ofSeconds(20))
                    .withDrain(Duration.ofMillis(20))
                    .withVerify(Duration.ofSeconds(20)));
    room = DemoRoom.open(settings, journal, keys);
    try {
      viewer = RfbViewer.connect(room.address(), PASSWORD);
    } catch (IOException | RuntimeException e) {
      room.close();
      throw e;
    }
  }

  /** What happened so far. */
  public Count count() {
    return new Count(moved, calledOff, killed, recovered, keys.count());
  }

  /**
   * Moves the pair once, or tries to, and checks.
   *
   * @throws BrokenException if something that must hold does not
   */
  public void move() throws IOException, InterruptedException, BrokenException {
    String from = room.location().name();
    boolean stalls = random.nextInt(5) == 0;
    if (random.nextInt(3) == 0) {
      String vm = random.nextBoolean() ? DemoRoom.DOM_U : DemoRoom.DOM_R;
      room.failNextMove(vm, FAULTS.get(random.nextInt(FAULTS.size())));
    }
    if (random.nextInt(2) == 0) {
      Fault[] all = Fault.values();
      journal.failAt(1 + random.nextInt(LINES), all[random.nextInt(all.length)]);
    }
    type();
    if (stalls) {
      stall(true);
    }
    try {
      MigrationReceipt receipt = room.migrate(typing(stalls));
      require(receipt.isExact(), "receipt is not exact: " + receipt);
    } catch (Killed | MigrationFailedException e) {
      type();
    }
    if (journal.lift()) {
      killed++;
    }
    recover();
    stall(false); // not before: a guest that was left suspended cannot be asked
    type();
    check();
    if (room.location().name().equals(from)) {
      calledOff++;
    } else {
      moved++;
    }
  }

  @Override
  public void close() throws IOException {
    viewer.close();
    room.close();
  }

  private void recover() throws IOException, InterruptedException, BrokenException {
    while (true) {
      if (random.nextInt(4) == 0) {
        journal.failAt(1 + random.nextInt(8), Fault.KILLED_AFTER);
      }
      try {
        Optional<RecoveredMove> outcome = room.restartHostd(typing(true));
        journal.lift();
        if (outcome.isPresent()) {
          recovered++;
          require(
              outcome.get().host().equals(room.location().name()),
              "recovered=" + outcome.get() + " location=" + room.location().name());
          Optional<MigrationReceipt> receipt = outcome.get().receipt();
          require(
              receipt.map(MigrationReceipt::isExact).orElse(true),
              "receipt is not exact: " + receipt);
        }
        return;
      } catch (Killed e) {
        journal.lift();
        killed++;
        type();
      }
    }
  }

  private MigrationListener typing(boolean wakesTheGuest) {
    return new MigrationListener() {
      @Override
      public void beginning(MigrationStep step) {
        type();
        if (wakesTheGuest && step == MigrationStep.VERIFY) {
          stall(false);
        }
      }
    };
  }

  private void type() {
    String letters = TypedKeys.letters();
    int count = random.nextInt(4) == 0 ? random.nextInt(MAX_BURST) : 1;
    for (int i = 0; i < count; i++) {
      char letter = letters.charAt(random.nextInt(letters.length()));
      send(letter, true);
      send(letter, false);
    }
  }

  private void send(char letter, boolean pressed) {
    keys.sent(letter, pressed);
    try {
      viewer.send(RfbMessages.key(pressed, letter));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the viewer's connection ended", e);
    }
  }

  private void stall(boolean stalled) {
    Object unused =
        room.guest()
            .query(
                () -> {
                  room.guest().keyboard().setStalled(stalled);
                  return stalled;
                });
  }

  private void check() throws InterruptedException, BrokenException {
    Optional<String> wrong = keys.awaitAll(PATIENCE_MILLIS);
    require(wrong.isEmpty(), wrong.orElse(""));
    InputAudit audit = room.audit(Duration.ofMillis(PATIENCE_MILLIS));
    require(audit.isExact(), "the two ends differ: " + audit);
    require(viewer.failure().isEmpty(), "the viewer's connection failed: " + viewer.failure());
    List<String> running = new ArrayList<>();
    for (EmbeddedHost host : room.machineRoom().hosts()) {
      require(host.lingering().isEmpty(), "host=" + host.name() + " keeps dead domains");
      require(
          host.listing().stream().noneMatch(info -> info.name().endsWith(EmbeddedHost.INCOMING)),
          "host=" + host.name() + " has a copy that nobody waits for");
      for (EmbeddedDomain domain : host.domains()) {
        require(domain.state() == DomainState.RUNNING, domain + " does not run");
        running.add(domain.name());
      }
    }
    running.sort(null);
    require(running.equals(List.of(DemoRoom.DOM_U, DemoRoom.DOM_R)), "running VMs are " + running);
    require(
        room.hosts().stream()
                .filter(host -> host.find(DemoRoom.DOM_R).isPresent())
                .findFirst()
                .orElseThrow()
            == room.location(),
        "the pair is on two hosts");
    List<String> violations = room.machineRoom().invariantViolations();
    require(violations.isEmpty(), "violations: " + violations);
    List<MigrationJournal.Entry> lines = journal.entries();
    require(
        lines.isEmpty() || lines.get(lines.size() - 1).mark() == MigrationJournal.Mark.ENDED,
        "the journal does not end with the end of a move");
  }

  private static void require(boolean holds, String otherwise) throws BrokenException {
    if (!holds) {
      throw new BrokenException(otherwise);
    }
  }
}
