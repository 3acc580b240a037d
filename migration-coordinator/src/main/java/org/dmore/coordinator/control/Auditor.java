package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.pair.MigrationJournal;

/** Writes one host's audit. Thread-safe. */
final class Auditor {
  private final String host;
  private final Clock clock;
  private final AuditSink sink;

  Auditor(String host, Clock clock, AuditSink sink) {
    this.host = host;
    this.clock = clock;
    this.sink = sink;
  }

  /** Something happened; names and values in turns. */
  void tell(String kind, String... details) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < details.length; i += 2) {
      named.put(details[i], details[i + 1]);
    }
    sink.write(new AuditSink.Event(clock.instant(), host, kind, named));
  }

  /** Something that is allowed to fail with a word about it. */
  @FunctionalInterface
  interface Request<T> {
    T carryOut() throws IOException;
  }

  /** Carries a request out; if it is refused, that is written down. */
  <T> T refusals(String what, String about, Request<T> request) throws IOException {
    try {
      return request.carryOut();
    } catch (ControlException e) {
      tell(
          "refused",
          "request",
          what,
          "about",
          about,
          "reason",
          e.reason().name(),
          "message",
          e.getMessage());
      throw e;
    }
  }

  /** A journal whose every line is in the audit, too, once it is durable. */
  MigrationJournal journal(MigrationJournal journal) {
    return new MigrationJournal() {
      @Override
      public void append(Entry entry) throws IOException {
        journal.append(entry);
        tell(
            "migration-step",
            "migration",
            entry.migration(),
            "pair",
            entry.pair(),
            "from",
            entry.from(),
            "to",
            entry.to(),
            "step",
            entry.step().name(),
            "mark",
            entry.mark().name(),
            "detail",
            entry.detail());
      }

      @Override
      public List<Entry> entries() throws IOException {
        return journal.entries();
      }

      @Override
      public boolean mayAct() {
        return journal.mayAct();
      }
    };
  }
}
