package org.dmore.coordinator.pair;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.dmore.vdev.service.ControlMessage;

/**
 * The end of a move, when both VMs are at the destination for good: they run, the console connects,
 * and what was kept is delivered. Each of its steps may be done again by a leader who does not know
 * whether the one before did it.
 */
final class Arrival {
  private final Move move;

  Arrival(Move move) {
    this.move = move;
  }

  /** Lets both VMs run. */
  void resume() throws IOException {
    for (String vm : new String[] {move.pair().domU(), move.pair().domR()}) {
      if (!move.to().isRunning(vm)) {
        move.to().unpause(vm);
      }
    }
  }

  /**
   * Hands DomR the receipt and has it connect, unless it was told so before.
   *
   * @param inCons the guest's final {@code in_cons}, u32 in decimal, or {@link
   *     ControlMessage#UNKNOWN}
   */
  void attach(String inCons) throws IOException, InterruptedException {
    Duration answer = move.settings().answer();
    if (move.atDestination(ControlMessage.STATUS, Map.of(), answer).flag("detached")) {
      move.atDestination(ControlMessage.RECEIPT, Map.of("in-cons", inCons), answer);
      move.atDestination(ControlMessage.ATTACH, Map.of(), answer);
    }
  }

  /** Waits until the guest has what was kept, for a bounded time; what consoled then counts. */
  ControlMessage verify() throws IOException, InterruptedException {
    return move.atDestination(
        ControlMessage.VERIFY,
        Map.of("timeout-millis", Long.toString(move.settings().verify().toMillis())),
        move.settings().answer().plus(move.settings().verify()));
  }

  /** The receipt out of {@link #verify}'s answer. */
  MigrationReceipt receipt(ControlMessage verified, Duration domUDowntime, Duration domRDowntime) {
    return new MigrationReceipt(
        move.id(),
        move.from().name(),
        move.to().name(),
        verified.number("accepted"),
        verified.number("consumed-before"),
        verified.number("held"),
        verified.number("delivered-after"),
        verified.number("lost"),
        verified.number("duplicated"),
        verified.flag("complete"),
        Duration.ofNanos(verified.number("hold-micros") * 1_000),
        domUDowntime,
        domRDowntime);
  }
}
