package org.dmore.coordinator.cli.hostd;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.store.record.MigrationRecord;

/** What a move came to, in words and as JSON. */
final class Receipts {
  private Receipts() {}

  /** A receipt as a line, in the words of the demo. */
  static String line(MigrationReceipt receipt) {
    if (receipt.renewed()) {
      return "%s -> %s  a fresh console was started: viewers connect anew  downtime: guest %s"
          .formatted(receipt.from(), receipt.to(), Wording.duration(receipt.domUDowntime()));
    }
    return ("%s -> %s  events %d = %d before + %d held, delivered %d, lost %d, doubled %d%s"
            + "  hold %s  downtime: guest %s, console %s  console landed %s")
        .formatted(
            receipt.from(),
            receipt.to(),
            receipt.accepted(),
            receipt.consumedBefore(),
            receipt.held(),
            receipt.deliveredAfter(),
            receipt.lost(),
            receipt.duplicated(),
            receipt.complete() ? "" : " (the guest takes no input: the rest waits for it)",
            Wording.duration(receipt.hold()),
            Wording.duration(receipt.domUDowntime()),
            Wording.duration(receipt.domRDowntime()),
            skew(receipt.skew()));
  }

  private static String skew(Duration skew) {
    return skew.isNegative()
        ? Wording.duration(skew.negated()) + " early"
        : Wording.duration(skew) + " late";
  }

  /** A receipt by name, as the demo's JSON has it. */
  static Map<String, Object> details(MigrationReceipt receipt) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("migration", receipt.migration());
    details.put("from", receipt.from());
    details.put("to", receipt.to());
    details.put("accepted", receipt.accepted());
    details.put("consumedBefore", receipt.consumedBefore());
    details.put("held", receipt.held());
    details.put("deliveredAfter", receipt.deliveredAfter());
    details.put("lost", receipt.lost());
    details.put("duplicated", receipt.duplicated());
    details.put("complete", receipt.complete());
    details.put("holdMillis", Wording.millis(receipt.hold()));
    details.put("domuDowntimeMillis", Wording.millis(receipt.domUDowntime()));
    details.put("domrDowntimeMillis", Wording.millis(receipt.domRDowntime()));
    details.put("skewMillis", Wording.millis(receipt.skew()));
    details.put("renewed", receipt.renewed());
    return details;
  }

  /** Where a move has left both VMs, and why, as a sentence. */
  static String outcome(MigrationRecord move) {
    String why = move.failure().map(text -> ": " + text).orElse("");
    return switch (move.state()) {
      case RUNNING ->
          "It is under way from %s to %s: %s."
              .formatted(move.from(), move.to(), move.step().words());
      case DONE ->
          "Both VMs of pair=%s are on %s%s.%s"
              .formatted(move.pair(), move.to(), why, isExact(move) ? "" : " INPUT WENT WRONG.");
      case CALLED_OFF ->
          "The move was called off; both VMs of pair=%s go on on %s%s"
              .formatted(move.pair(), move.from(), why);
    };
  }

  /** What a move that has ended comes to. */
  static ExitStatus status(MigrationRecord move) {
    return move.state() == MigrationRecord.State.DONE && isExact(move)
        ? ExitStatus.DONE
        : ExitStatus.FAILED;
  }

  private static boolean isExact(MigrationRecord move) {
    return move.receipt().map(MigrationReceipt::isExact).orElse(true);
  }
}
