package org.dmore.coordinator.cli.hostd;

import java.util.function.Consumer;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.MigrationStatus.Progress;
import org.dmore.coordinator.store.record.MigrationRecord;

/** Lines for people, and a bar where there is a terminal. */
final class MigrationText implements MigrationOutput {
  private static final int BAR = 30;

  private final Consumer<String> lines;
  private final StatusLine bar;
  private String lastWords = "";

  MigrationText(Consumer<String> lines, StatusLine bar) {
    this.lines = lines;
    this.bar = bar;
  }

  @Override
  public void begun(MigrationStatus status) {
    MigrationRecord move = status.migration();
    lines.accept(
        "migration=%s: pair=%s moves from %s to %s"
            .formatted(move.id(), move.pair(), move.from(), move.to()));
  }

  @Override
  public void progress(MigrationStatus status) {
    if (status.migration().state().hasEnded()) {
      return;
    }
    String words = status.progress().map(Progress::words).orElse(status.migration().step().words());
    if (bar.isThere()) {
      bar.show(status.progress().map(progress -> drawn(progress, words)).orElse(words + " ..."));
    } else if (!words.equals(lastWords)) {
      lastWords = words;
      lines.accept(
          "  "
              + words
              + status
                  .progress()
                  .map(
                      progress ->
                          ": %s of %s MiB, input held: %d"
                              .formatted(
                                  Wording.mebibytes(progress.bytesDone()),
                                  Wording.mebibytes(progress.bytesTotal()),
                                  progress.held()))
                  .orElse(""));
    }
  }

  private static String drawn(Progress progress, String words) {
    double share =
        progress.bytesTotal() <= 0
            ? 0
            : Math.min(1, (double) progress.bytesDone() / progress.bytesTotal());
    int full = (int) (share * BAR);
    return "[%s%s] %3d%%  %-22s %s of %s MiB  input held: %d"
        .formatted(
            "#".repeat(full),
            ".".repeat(BAR - full),
            (int) (share * 100),
            words,
            Wording.mebibytes(progress.bytesDone()),
            Wording.mebibytes(progress.bytesTotal()),
            progress.held());
  }

  @Override
  public void ended(MigrationStatus status) {
    bar.show("");
    MigrationRecord move = status.migration();
    move.receipt().map(Receipts::line).ifPresent(lines);
    lines.accept(Receipts.outcome(move));
  }

  @Override
  public void left(String id) {
    bar.show("");
    lines.accept(
        "The move goes on. To look at it: dmore migrations show %s; to call it off: dmore migrations cancel %s"
            .formatted(id, id));
  }
}
