package org.dmore.coordinator.demo;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.input.Paste;

/** Lines for people, and a progress bar where there is a terminal. */
final class TextOutput implements DemoOutput {
  private static final int BAR = 30;
  private static final long REDRAW_NANOS = 40_000_000;
  private static final double MIB = 1 << 20;

  private final Consumer<String> lines;
  private final Consumer<String> bar;
  private long lastDrawn;
  private MigrationStep lastStep;

  /**
   * Makes an output.
   *
   * @param lines prints a line
   * @param bar overwrites the bar's line, clears it for the empty text; does nothing where there is
   *     no terminal
   */
  TextOutput(Consumer<String> lines, Consumer<String> bar) {
    this.lines = lines;
    this.bar = bar;
  }

  @Override
  public void ready(DemoRoom room, String password) {
    String host = room.address().getAddress().getHostAddress();
    int port = room.address().getPort();
    lines.accept(
        "The guest runs on host %s as domain %d, its console VM beside it as domain %d."
            .formatted(room.location().name(), room.guest().domain().id().value(), room.domRId()));
    lines.accept("");
    lines.accept("  Connect    vncviewer %s::%d".formatted(host, port));
    String scheme = room.security().certificates().isPresent() ? "https" : "http";
    room.webAddress()
        .ifPresent(
            web -> lines.accept("  Browser    %s://%s:%d/".formatted(scheme, host, web.getPort())));
    room.metricsAddress()
        .ifPresent(
            metrics ->
                lines.accept(
                    "  Metrics    http://127.0.0.1:%d/metrics".formatted(metrics.getPort())));
    lines.accept(
        "  Password   %s".formatted(password.isEmpty() ? "none: anyone may connect" : password));
    room.security()
        .keys()
        .ifPresent(
            keys -> {
              lines.accept(
                  "  Encrypted  vncviewer -X509CA=%s %s::%d"
                      .formatted(keys.certificate(), host, port));
              lines.accept("  SHA-256    %s".formatted(keys.certificateFingerprint()));
              lines.accept("  RSA key    %s".formatted(keys.rsaFingerprint()));
            });
    lines.accept("");
  }

  @Override
  public void moving(String from, String to) {
    lastStep = null;
    lastDrawn = 0;
  }

  @Override
  public synchronized void progress(MigrationStep step, VmMigration.Progress progress, long held) {
    long now = System.nanoTime();
    if (step == lastStep && now - lastDrawn < REDRAW_NANOS) {
      return;
    }
    lastStep = step;
    lastDrawn = now;
    double share =
        progress.bytesTotal() == 0 ? 0 : (double) progress.bytesDone() / progress.bytesTotal();
    int full = (int) (share * BAR);
    bar.accept(
        "[%s%s] %3d%%  %-22s %.0f of %.0f MiB  input held: %d"
            .formatted(
                "#".repeat(full),
                ".".repeat(BAR - full),
                (int) (share * 100),
                step.words(),
                progress.bytesDone() / MIB,
                progress.bytesTotal() / MIB,
                held));
  }

  @Override
  public void receipt(MigrationReceipt receipt) {
    bar.accept("");
    lines.accept(line(receipt));
  }

  @Override
  public void failed(String message) {
    bar.accept("");
    lines.accept(message);
  }

  @Override
  public void pasting(int consumed, int total) {
    bar.accept("pasted %d of %d characters".formatted(consumed, total));
  }

  @Override
  public void pasted(Paste.End end, int typed, int total) {
    bar.accept("");
    lines.accept(
        switch (end) {
          case COMPLETE -> "Pasted characters=%d: the guest has taken them all.".formatted(total);
          case CANCELLED -> "Cancelled: pasted characters=%d of %d.".formatted(typed, total);
          case GUEST_RESTARTED ->
              "The guest started anew: pasted characters=%d of %d.".formatted(typed, total);
        });
  }

  @Override
  public void message(String text) {
    lines.accept(text);
  }

  @Override
  public void stopped(InputAudit audit, int moves, boolean exact) {
    lines.accept(
        exact
            ? "Stopped after moves=%d: all input events=%d arrived, once and in order."
                .formatted(moves, audit.accepted())
            : "Stopped after moves=%d: INPUT WENT WRONG: sent=%d arrived=%d same order=%s."
                .formatted(moves, audit.accepted(), audit.consumedByGuest(), audit.same()));
  }

  /** A receipt as a line. */
  static String line(MigrationReceipt receipt) {
    return String.format(
        Locale.ROOT,
        "#%s %s -> %s  events %d = %d before + %d held, delivered %d, lost %d, doubled %d%s"
            + "  hold %s  downtime: guest %s, console %s",
        receipt.migration(),
        receipt.from(),
        receipt.to(),
        receipt.accepted(),
        receipt.consumedBefore(),
        receipt.held(),
        receipt.deliveredAfter(),
        receipt.lost(),
        receipt.duplicated(),
        receipt.complete() ? "" : " (the guest takes no input: the rest waits for it)",
        millis(receipt.hold()),
        millis(receipt.domUDowntime()),
        millis(receipt.domRDowntime()));
  }

  private static String millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e6) + " ms";
  }
}
