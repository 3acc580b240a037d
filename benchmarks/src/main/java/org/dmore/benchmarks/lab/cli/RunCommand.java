package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.coordinator.image.FileTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore lab run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run scenarios in a lab that is up.")
final class RunCommand extends LabSubcommand {
  private static final String ALL = "all";

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Which, or all of them in order: all.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "Only say which there are.")
  private boolean list;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often a scenario does what it does again and again, as coordinator goes there and"
              + " back (default: as each has it).")
  private Integer rounds;

  @Override
  int run(LabPlace place) throws Exception {
    List<Scenario> known =
        StreamSupport.stream(ServiceLoader.load(Scenario.class).spliterator(), false).toList();
    if (list) {
      known.forEach(
          scenario -> out().printf("%-16s %s%n", scenario.name(), scenario.description()));
      return 0;
    }
    List<Scenario> chosen = withRounds(choose(known));
    Lab lab = lab(place);
    if (!isInside()) {
      List<String> arguments = new ArrayList<>(names);
      if (rounds != null) {
        arguments.addAll(List.of("--rounds", rounds.toString()));
      }
      return runInside(place, arguments.toArray(String[]::new));
    }
    return runAll(chosen, lab, place);
  }

  private List<Scenario> withRounds(List<Scenario> chosen) {
    if (rounds == null) {
      return chosen;
    }
    if (rounds < 1) {
      throw wrong("rounds=" + rounds + ": give at least 1");
    }
    List<Scenario> some = new ArrayList<>();
    for (Scenario scenario : chosen) {
      some.add(
          scenario
              .withRounds(rounds)
              .orElseThrow(
                  () -> wrong("scenario=" + scenario.name() + " has no rounds: leave --rounds")));
    }
    return some;
  }

  private List<Scenario> choose(List<Scenario> known) {
    String there = String.join(", ", known.stream().map(Scenario::name).toList());
    if (names.isEmpty()) {
      throw wrong("Missing scenario: there are " + there + ", and all");
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names) {
      if (name.equals(ALL)) {
        chosen.addAll(known);
        continue;
      }
      chosen.add(
          known.stream()
              .filter(scenario -> scenario.name().equals(name))
              .findFirst()
              .orElseThrow(() -> wrong("scenario=" + name + " is unknown: there are " + there)));
    }
    return chosen;
  }

  private int runAll(List<Scenario> scenarios, Lab lab, LabPlace place)
      throws IOException, InterruptedException {
    int passed = 0;
    int failed = 0;
    boolean booted = true;
    for (Scenario scenario : scenarios) {
      out().printf("%s: %s%n", scenario.name(), scenario.description());
      Path kept = place.kept(scenario.name());
      FileTree.delete(kept);
      ScenarioReport report = new ScenarioReport(out(), kept);
      boolean emulated = runOne(scenario, lab, report);
      if (report.failed() > 0 || !emulated) {
        new Evidence(lab, place).keep(kept);
        out().printf("         logs and pictures: %s%n", kept);
      }
      booted &= emulated;
      passed += report.passed();
      failed += report.failed();
    }
    out().printf("%d checks passed, %d failed%n", passed, failed);
    if (failed > 0) {
      return 1;
    }
    return booted ? 0 : BOOT_FAILED;
  }

  /** Whether the emulator did its part. */
  private boolean runOne(Scenario scenario, Lab lab, ScenarioReport report)
      throws InterruptedException {
    try {
      if (lab.hosts().size() < scenario.hosts()) {
        report.check("hosts of the lab", false, "at least " + scenario.hosts(), lab.hosts().size());
        return true;
      }
      scenario.run(lab, report);
      return true;
    } catch (BootException e) {
      out().println("         not booted: " + e.getMessage());
      return false;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      report.check(scenario.name() + " runs to its end", false, "no exception", e);
      if (!(e instanceof IOException)) {
        e.printStackTrace(err());
      }
      return true;
    }
  }
}
