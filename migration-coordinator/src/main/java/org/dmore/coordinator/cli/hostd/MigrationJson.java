package org.dmore.coordinator.cli.hostd;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dmore.coordinator.cli.Lines;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.store.record.MigrationRecord;

/** A JSON object for whatever is new. */
final class MigrationJson implements MigrationOutput {
  private final Lines lines;
  private Map<String, Object> last = Map.of();

  MigrationJson(Lines lines) {
    this.lines = lines;
  }

  @Override
  public void begun(MigrationStatus status) {
    lines.tell("begun", details(status));
  }

  @Override
  public void progress(MigrationStatus status) {
    Map<String, Object> now = details(status);
    if (!status.migration().state().hasEnded() && !now.equals(last)) {
      last = now;
      lines.tell("progress", now);
    }
  }

  @Override
  public void ended(MigrationStatus status) {
    MigrationRecord move = status.migration();
    move.receipt().ifPresent(receipt -> lines.tell("receipt", Receipts.details(receipt)));
    Map<String, Object> details = details(status);
    details.put("message", Receipts.outcome(move));
    lines.tell(Wording.name(move.state()), details);
  }

  @Override
  public void left(String id) {
    lines.tell("left", Map.of("migration", id));
  }

  /** A move by name, with how far it is. */
  static Map<String, Object> details(MigrationStatus status) {
    MigrationRecord move = status.migration();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("migration", move.id());
    details.put("pair", move.pair());
    details.put("from", move.from());
    details.put("to", move.to());
    details.put("state", Wording.name(move.state()));
    details.put("step", move.step().name());
    details.put("started", move.started().toString());
    move.ended().ifPresent(time -> details.put("ended", time.toString()));
    move.failure().ifPresent(why -> details.put("failure", why));
    status
        .progress()
        .ifPresent(
            progress -> {
              details.put("words", progress.words());
              details.put("bytesDone", progress.bytesDone());
              details.put("bytesTotal", progress.bytesTotal());
              details.put("held", progress.held());
            });
    return details;
  }
}
