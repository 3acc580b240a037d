package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;

/**
 * What the console says that it gave to the guest beside what the guest's recorder has, event by
 * event, over several moves. A receipt ends where the devices came back, in the midst of what is
 * typed: so the two are the same only after a move before which all that was typed had arrived. For
 * one thread.
 */
final class InputBooks {
  private long accepted;
  private long consumedBefore;
  private long deliveredAfter;
  private long keys;
  private long pointer;

  /** Enters the receipt of the next move. */
  void receipt(JsonNode receipt) {
    accepted += receipt.path("accepted").asLong();
    consumedBefore += receipt.path("consumedBefore").asLong();
    deliveredAfter += receipt.path("deliveredAfter").asLong();
  }

  /** Enters what the recorder has since it was reset last. */
  void seen(Count count) {
    keys += count.keys();
    pointer += count.pointer();
  }

  /** Closes the books, after a move during which nothing was typed. */
  void check(ScenarioReport report) {
    report.note("the recorder's log: keys, pointer", keys + ", " + pointer);
    report.check(
        "all receipts: events accepted, as the recorder has them", keys + pointer, accepted);
    report.check(
        "all receipts: events consumed before and delivered after",
        keys + pointer,
        consumedBefore + deliveredAfter);
  }
}
