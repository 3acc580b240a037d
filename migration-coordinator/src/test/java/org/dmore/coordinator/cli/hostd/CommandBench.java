package org.dmore.coordinator.cli.hostd;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.cli.Main;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import picocli.CommandLine;

/** All of {@code dmore}'s commands, above a hostd that records. */
final class CommandBench {
  static final Instant START = Instant.parse("2026-11-28T12:00:00Z");
  static final String ID = "01m0000000abcdefghjk";

  final RecordingControlPlane plane = new RecordingControlPlane();
  final List<HostdAddress> opened = new ArrayList<>();
  final List<String> drawn = new ArrayList<>();
  private boolean terminal;
  private String input = "";
  private List<Path> searchPath = List.of();
  private Duration patience = Duration.ofSeconds(10);

  /** What a command printed, and its exit status. */
  record Result(int status, String out, String err) {}

  CommandBench atTerminal() {
    terminal = true;
    return this;
  }

  CommandBench withInput(String text) {
    input = text;
    return this;
  }

  CommandBench withPrograms(Path folder) {
    searchPath = List.of(folder);
    return this;
  }

  CommandBench withPatience(Duration time) {
    patience = time;
    return this;
  }

  CommandLine commandLine() {
    return Main.commandLine(
        new Workplace(
            (address, callTimeout) -> {
              opened.add(address);
              return new Hostd(plane, () -> {});
            },
            new StatusLine() {
              @Override
              public boolean isThere() {
                return terminal;
              }

              @Override
              public void show(String text) {
                drawn.add(text);
              }
            },
            Duration.ofMillis(1),
            patience,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            searchPath));
  }

  Result run(String... arguments) {
    return run(commandLine(), arguments);
  }

  static Result run(CommandLine line, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int status = line.execute(arguments);
    return new Result(status, out.toString(), err.toString());
  }

  static HostStatus host(String name, HostRecord.State state, boolean present) {
    long gib = 1L << 30;
    return new HostStatus(
        new HostRecord(
            name,
            "https://" + name + ":7443",
            64 * gib,
            40,
            Map.of("rack", "3", "ssd", "yes"),
            state,
            12 * gib + gib / 2,
            START),
        present,
        2);
  }

  static PairStatus pair(String name, String host) {
    return new PairStatus(
        new PairRecord(
            name,
            name,
            name + "-console",
            host,
            "10.0.0.9:5900",
            Map.of("owner", "ann"),
            Map.of("ssd", "yes")),
        Optional.empty());
  }

  static MigrationRecord move() {
    return MigrationRecord.begun(ID, "web1", "alpha", "beta", START);
  }

  static MigrationStatus running(MigrationStep step, long mebibytes, long held) {
    return new MigrationStatus(
        move().at(step),
        Optional.of(
            new MigrationStatus.Progress(
                step.words(), mebibytes << 20, 200L << 20, held, Duration.ofSeconds(1))),
        List.of());
  }

  static MigrationStatus ended(MigrationRecord move) {
    return new MigrationStatus(move, Optional.empty(), List.of());
  }

  static MigrationReceipt receipt(long lost) {
    return new MigrationReceipt(
        ID,
        "alpha",
        "beta",
        20,
        12,
        8,
        8,
        lost,
        0,
        true,
        Duration.ofMillis(120),
        Duration.ofMillis(51),
        Duration.ofMillis(80),
        Duration.ofMillis(7),
        false);
  }
}
