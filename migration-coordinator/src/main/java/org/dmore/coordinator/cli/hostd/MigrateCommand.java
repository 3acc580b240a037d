package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationRequest;
import org.dmore.coordinator.control.MigrationStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore migrate}. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Move a pair, a user VM and its console VM, to another host while both run.",
      "Viewers stay connected; what is typed meanwhile arrives, once and in order.",
      ""
    },
    footer = {
      "",
      "Ctrl-C ends the wait and not the move: status 130.",
      "Example: dmore migrate web1 beta",
      ExitStatus.HELP
    })
final class MigrateCommand implements Callable<Integer> {
  private final Workplace workplace;
  private volatile Optional<Watch> watch = Optional.empty();

  @Mixin private HostdOptions options;
  @Mixin private WaitOptions wait;

  @Parameters(index = "0", paramLabel = "PAIR", description = "The pair's name.")
  private String pair;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "HOST",
      description = "Where to; the host that suits best if not given.")
  private String host;

  @Option(
      names = "--dry-run",
      description = "Print what is checked and what would be done, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--bound",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long the user VM may stand still for its console (hostd's if not given).")
  private Duration bound;

  MigrateCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    MigrationRequest request =
        new MigrationRequest(pair, Optional.ofNullable(host), Optional.ofNullable(bound));
    try (Hostd hostd = options.open(workplace)) {
      if (dryRun) {
        return tell(hostd.ask(plane -> plane.plan(request))).code();
      }
      MigrationOutput output =
          options.json()
              ? new MigrationJson(options.lines())
              : new MigrationText(options::print, workplace.statusLine());
      MigrationStatus begun = hostd.ask(plane -> plane.migrate(request));
      output.begun(begun);
      if (!wait.isWanted(workplace)) {
        return ExitStatus.DONE.code();
      }
      return await(hostd, begun.migration().id(), output).code();
    }
  }

  /** Ends the wait, as Ctrl-C does. */
  void stop() {
    watch.ifPresent(Watch::stop);
  }

  private ExitStatus await(Hostd hostd, String id, MigrationOutput output)
      throws ControlException, InterruptedException {
    try (Watch opened = new Watch(workplace)) {
      watch = Optional.of(opened);
      Optional<MigrationStatus> end =
          opened.until(
              hostd,
              plane -> plane.migration(id),
              status -> status.migration().state().hasEnded(),
              output::progress);
      if (end.isEmpty()) {
        output.left(id);
        return ExitStatus.INTERRUPTED;
      }
      output.ended(end.get());
      return Receipts.status(end.get().migration());
    } catch (ControlException e) {
      throw new ControlException(
          e.reason(),
          "%s; what became of migration=%s is not known: dmore migrations show %s"
              .formatted(e.getMessage(), id, id),
          e);
    }
  }

  private ExitStatus tell(MigrationPlan plan) {
    if (options.json()) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("pair", plan.pair());
      details.put("from", plan.from());
      details.put("to", plan.to());
      details.put("possible", plan.isPossible());
      details.put("checks", plan.checks().stream().map(MigrateCommand::details).toList());
      details.put("steps", plan.steps());
      options.lines().tell("plan", details);
    } else {
      options.print(
          "pair=%s would move from %s to %s".formatted(plan.pair(), plan.from(), plan.to()));
      options.print("Checks");
      for (MigrationPlan.Check check : plan.checks()) {
        options.print(
            "  %-6s  %s%s"
                .formatted(
                    check.ok() ? "ok" : "FAILED",
                    check.what(),
                    check.detail().isEmpty() ? "" : ": " + check.detail()));
      }
      options.print("Plan");
      List<String> steps = plan.steps();
      for (int i = 0; i < steps.size(); i++) {
        options.print("  %2d. %s".formatted(i + 1, steps.get(i)));
      }
    }
    return plan.isPossible() ? ExitStatus.DONE : ExitStatus.REFUSED;
  }

  private static Map<String, Object> details(MigrationPlan.Check check) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("what", check.what());
    details.put("ok", check.ok());
    details.put("detail", check.detail());
    return details;
  }
}
