package org.dmore.coordinator.cli.hostd;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.pair.MigrationJournal.Entry;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.dmore.coordinator.store.record.MigrationRecord;

/** What happened in a move, and why, out of its journal. */
final class MigrationReport {
  private final MigrationRecord move;
  private final List<Entry> journal;

  MigrationReport(MigrationStatus status) {
    this.move = status.migration();
    this.journal = status.journal();
  }

  /** Lines for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "migration=%s pair=%s from=%s to=%s: %s"
            .formatted(
                move.id(), move.pair(), move.from(), move.to(), Wording.words(move.state())));
    lines.add(
        "started "
            + Wording.time(move.started())
            + move.ended()
                .map(end -> ", took " + Wording.duration(Duration.between(move.started(), end)))
                .orElse(""));
    for (int i = 0; i < journal.size(); i++) {
      told(i).ifPresent(line -> lines.add(line));
    }
    move.receipt().map(Receipts::line).ifPresent(lines::add);
    lines.add(Receipts.outcome(move));
    return lines;
  }

  /** A line of the journal; empty for a beginning whose end is told. */
  private Optional<String> told(int index) {
    Entry entry = journal.get(index);
    String words = entry.step().words();
    Optional<String> what =
        switch (entry.mark()) {
          case BEGIN ->
              hasEnd(index) ? Optional.empty() : Optional.of(words + ": " + withoutEnd(index));
          case DONE -> Optional.of(words + ": done" + sinceBegin(index, " in "));
          case FAILED -> Optional.of(words + ": FAILED" + sinceBegin(index, " after "));
          case UNDONE -> Optional.of(words + ": undone");
          case ENDED -> Optional.of("over: both VMs are on one host, and nothing is left to do");
        };
    return what.map(
        text ->
            "  %9s  %s%s"
                .formatted(
                    "+" + Wording.duration(since(move.started(), entry.time())),
                    text,
                    entry.detail().isEmpty() ? "" : ": " + entry.detail()));
  }

  private static Duration since(Instant start, Instant time) {
    Duration since = Duration.between(start, time);
    return since.isNegative() ? Duration.ZERO : since; // another host's clock may be behind
  }

  /** Whether it is told of a step that was begun that it was done, or failed. */
  private boolean hasEnd(int begin) {
    for (int i = begin + 1; i < journal.size(); i++) {
      Entry later = journal.get(i);
      if (later.step() == journal.get(begin).step()) {
        return later.mark() == Mark.DONE || later.mark() == Mark.FAILED;
      }
    }
    return false;
  }

  private String withoutEnd(int begin) {
    boolean isLast = begin == journal.size() - 1;
    return isLast && !move.state().hasEnded()
        ? "begun"
        : "begun, and not said to be done: who led the move was gone, or was told otherwise";
  }

  private String sinceBegin(int end, String word) {
    for (int i = end - 1; i >= 0; i--) {
      Entry earlier = journal.get(i);
      if (earlier.step() == journal.get(end).step() && earlier.mark() == Mark.BEGIN) {
        return word + Wording.duration(since(earlier.time(), journal.get(end).time()));
      }
    }
    return "";
  }

  /** A move by name, with its receipt and its journal. */
  static Map<String, Object> details(MigrationStatus status) {
    Map<String, Object> details = MigrationJson.details(status);
    status
        .migration()
        .receipt()
        .ifPresent(receipt -> details.put("receipt", Receipts.details(receipt)));
    if (!status.journal().isEmpty()) {
      details.put("journal", status.journal().stream().map(MigrationReport::details).toList());
    }
    return details;
  }

  private static Map<String, Object> details(Entry entry) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("time", entry.time().toString());
    details.put("step", entry.step().name());
    details.put("mark", entry.mark().name());
    details.put("detail", entry.detail());
    return details;
  }
}
