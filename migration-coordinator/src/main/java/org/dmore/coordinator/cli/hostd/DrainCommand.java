package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.DrainRequest;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.DrainRecord.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Empty a host: move its pairs to others, and let none come.",
      "Goes on with a drain that was paused; dmore undrain ends it.",
      ""
    },
    footer = {
      "",
      "Ctrl-C ends the wait and not the drain: status 130. 1 if pairs stayed, or the",
      "drain was paused.",
      "Example: dmore drain alpha --parallel 2",
      ExitStatus.HELP
    })
final class DrainCommand implements Callable<Integer> {
  private static final int MAX_PARALLEL = 16;

  private final Workplace workplace;
  private volatile Optional<Watch> watch = Optional.empty();
  private String lastLine = "";

  @Mixin private HostdOptions options;
  @Mixin private WaitOptions wait;

  @Parameters(index = "0", paramLabel = "HOST", description = "The host.")
  private String host;

  @Option(
      names = "--parallel",
      paramLabel = "NUMBER",
      defaultValue = "2",
      description = "How many pairs may move at once, 1 to 16 (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(names = "--pause", description = "Instead: begin no more moves; those under way end.")
  private boolean pause;

  @Option(names = "--status", description = "Instead: show how the host's drain stands.")
  private boolean status;

  DrainCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (parallel < 1 || parallel > MAX_PARALLEL) {
      throw options.wrong("--parallel=" + parallel + " is not in 1.." + MAX_PARALLEL);
    }
    if (pause && status) {
      throw options.wrong("--pause and --status do not go together");
    }
    try (Hostd hostd = options.open(workplace)) {
      if (pause || status) {
        DrainRecord drain =
            hostd.ask(plane -> pause ? plane.pauseDrain(host) : plane.drainOf(host));
        tell("drain", hostd.ask(plane -> report(plane, drain)));
        return ExitStatus.DONE.code();
      }
      DrainRecord begun = hostd.ask(plane -> plane.drain(new DrainRequest(host, parallel)));
      if (!wait.isWanted(workplace)) {
        tell("begun", hostd.ask(plane -> report(plane, begun)));
        return ExitStatus.DONE.code();
      }
      return await(hostd).code();
    }
  }

  /** Ends the wait, as Ctrl-C does. */
  void stop() {
    watch.ifPresent(Watch::stop);
  }

  private ExitStatus await(Hostd hostd) throws ControlException, InterruptedException {
    Optional<DrainReport> end;
    try (Watch opened = new Watch(workplace)) {
      watch = Optional.of(opened);
      end = opened.until(hostd, this::look, DrainCommand::isOver, this::progress);
    }
    workplace.statusLine().show("");
    if (end.isEmpty()) {
      if (options.json()) {
        options.lines().tell("left", Map.of("host", host));
      } else {
        options.print(
            "The drain goes on. To look at it: dmore drain %s --status; to stop it: --pause"
                .formatted(host));
      }
      return ExitStatus.INTERRUPTED;
    }
    DrainReport report = end.get();
    boolean empty =
        report.drain().state() == DrainRecord.State.DONE && report.pairs(Outcome.STAYED).isEmpty();
    tell(Wording.name(report.drain().state()), report);
    return empty ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private DrainReport look(ControlPlane plane) throws IOException {
    return report(plane, plane.drainOf(host));
  }

  private DrainReport report(ControlPlane plane, DrainRecord drain) throws IOException {
    List<String> waiting =
        plane.pairs().stream()
            .map(status -> status.pair())
            .filter(pair -> pair.host().equals(host))
            .map(pair -> pair.name())
            .filter(name -> !drain.results().containsKey(name))
            .toList();
    return new DrainReport(drain, waiting);
  }

  /** A drain that is paused is waited for until what is under way has ended. */
  private static boolean isOver(DrainReport report) {
    return switch (report.drain().state()) {
      case RUNNING -> false;
      case PAUSED -> report.pairs(Outcome.MOVING).isEmpty();
      case DONE -> true;
    };
  }

  private void progress(DrainReport report) {
    String line = report.line();
    if (isOver(report) || line.equals(lastLine)) {
      return;
    }
    lastLine = line;
    if (options.json()) {
      options.lines().tell("progress", report.details());
    } else if (workplace.statusLine().isThere()) {
      workplace.statusLine().show(line);
    } else {
      options.print(line);
    }
  }

  private void tell(String event, DrainReport report) {
    if (options.json()) {
      options.lines().tell(event, report.details());
      return;
    }
    options.print(report.line());
    report.reasons().forEach(options::print);
  }
}
