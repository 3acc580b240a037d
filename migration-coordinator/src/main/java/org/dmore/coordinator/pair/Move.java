package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.DeposedException;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which move it is that somebody carries out, and what they write down of it.
 *
 * @param id the move's id, by which the journal knows it
 * @param pair what moves
 * @param from the source host
 * @param to the destination host
 */
record Move(
    String id,
    Pair pair,
    VmHost from,
    VmHost to,
    MigrationSettings settings,
    MigrationJournal journal,
    MigrationListener listener) {
  private static final Logger LOG = LoggerFactory.getLogger(Move.class);

  // Each of these is of one user VM, see factOf, but for DETACHED, which is of all.

  /** The fact, written with {@link MigrationStep#CHECK}: the user VM's number at the source. */
  static final String SOURCE_DOMU = "source-domu";

  /**
   * The fact, written with {@link MigrationStep#CHECK} and {@link MigrationStep#DETACH}: where the
   * guest's keyboard page lies.
   */
  static final String KEYBOARD_FRAME = "keyboard-frame";

  /** The fact, written with {@link MigrationStep#DETACH}: DomR has let go, and may be moved. */
  static final String DETACHED = "detached";

  /** The fact, written with {@link MigrationStep#DEVICES}: which DomR the devices' nodes name. */
  static final String ATTACHED_DOMR = "attached-domr";

  /** The fact, written with {@link MigrationStep#RECEIPT}: the guest's final {@code in_cons}. */
  static final String IN_CONS = "in-cons";

  /** The fact, written beside it: the number of the paused copy that it was read from. */
  static final String IN_CONS_OF = "in-cons-of";

  /** Something that can fail as hosts and consoles do. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException, InterruptedException, java.util.concurrent.TimeoutException;
  }

  /**
   * Stops a leader that was deposed, wherever it is.
   *
   * @throws DeposedException if it was
   */
  void checkMayAct() throws DeposedException {
    if (!journal.mayAct()) {
      throw new DeposedException(
          "migration=%s of pair=%s is no longer led from here: nothing more is done"
              .formatted(id, pair));
    }
  }

  /** Writes a line; the step must not be done if this fails. */
  void write(MigrationStep step, MigrationJournal.Mark mark, String detail) throws IOException {
    write(step, mark, detail, Map.of());
  }

  /** As {@link #write}, with facts that a later leader could not find out any more. */
  void write(
      MigrationStep step, MigrationJournal.Mark mark, String detail, Map<String, String> facts)
      throws IOException {
    journal.append(
        new MigrationJournal.Entry(
            Instant.now(), id, pair.toString(), from.name(), to.name(), step, mark, detail, facts));
  }

  /** As {@link #write} where there is nothing to be done any more if it fails. */
  void writeQuietly(MigrationStep step, MigrationJournal.Mark mark, String detail) {
    try {
      write(step, mark, detail);
    } catch (IOException e) {
      LOG.error("migration={} journal cannot be written: {}", id, e.getMessage());
    }
  }

  /** The name of a fact about one user VM; the first one's has no name before it. */
  String factOf(String guest, String fact) {
    return guest.equals(pair.domU()) ? fact : guest + "/" + fact;
  }

  /** Gives a guest's console in DomR at the source a command. */
  ControlMessage atSource(
      String guest, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException, InterruptedException {
    return from.agent().command(console(from, guest), verb, arguments, deadline);
  }

  /** Gives a guest's console in DomR at the destination a command. */
  ControlMessage atDestination(
      String guest, String verb, Map<String, String> arguments, Duration deadline)
      throws IOException, InterruptedException {
    return to.agent().command(console(to, guest), verb, arguments, deadline);
  }

  private ConsoleId console(VmHost host, String guest) throws IOException {
    return pair.console(idOf(host, pair.domR()), guest);
  }

  /**
   * Has the destination destroy what it has of a VM that goes on at the source. If it does not
   * answer, what it has stays paused: nobody lets it run.
   */
  void giveUpAtDestination(String vm) {
    try {
      to.giveUp(vm);
    } catch (IOException e) {
      LOG.warn("host={} may keep a paused copy of vm={}: {}", to.name(), vm, why(e));
    }
  }

  /**
   * Lets input flow at the source. The hold before it has consoled press again what is held, in
   * case that the user VM stood still and let go of it.
   */
  void letInputFlowAtSource(String guest) throws IOException, InterruptedException {
    ControlMessage held =
        atSource(guest, ControlMessage.HOLD, Map.of("drain-millis", "0"), settings.answer());
    LOG.debug("pair={} {}", pair, held);
    ControlMessage released = atSource(guest, ControlMessage.RELEASE, Map.of(), settings.answer());
    LOG.debug("pair={} {}", pair, released);
  }

  /** A VM's number on a host. */
  static DomainId idOf(VmHost host, String vm) throws IOException {
    return host.find(vm)
        .orElseThrow(() -> new IOException("vm=" + vm + " is not on host=" + host.name()));
  }

  /** What to say of a failure. */
  static String why(Exception cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
