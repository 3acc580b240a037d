package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmore.benchmarks.continuity.ContinuityRun;
import org.dmore.benchmarks.continuity.MoveResult;
import org.dmore.benchmarks.continuity.SourceEnd;
import org.dmore.benchmarks.continuity.Way;
import org.dmore.benchmarks.continuity.WayResult;
import org.dmore.benchmarks.continuity.Workload;
import org.dmore.benchmarks.report.ContinuityReport;
import org.dmore.benchmarks.report.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code dmore bench continuity}. */
@Command(
    name = "continuity",
    mixinStandardHelpOptions = true,
    description = {
      "What a live migration does to somebody who types into the VM's console.",
      "",
      "On two embedded hosts, in three ways: the console's VM moves along (dmore); the console's"
          + " server stays, and the client connects to the destination's; the same behind a proxy"
          + " that keeps the client's connection. Exit status 1 if the first lost, doubled or"
          + " reordered a key, or cut the connection.",
      ""
    })
final class ContinuityCommand implements Callable<Integer> {
  private static final int MAX_MOVES = 1_000;
  private static final int MIN_RATE = 10;
  private static final int MAX_RATE = 2_000;
  private static final int MAX_DIRTY = 64;

  @Spec private CommandSpec spec;

  @Option(
      names = "--moves",
      paramLabel = "N",
      defaultValue = "20",
      description = "Moves in each way: 1 to 1000; ${DEFAULT-VALUE} if not given.")
  private int moves;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "Key events a second, each a press or a release: 10 to 2000; ${DEFAULT-VALUE} if not"
              + " given.")
  private int rate;

  @Option(
      names = "--dirty",
      paramLabel = "MIB",
      defaultValue = "8",
      description =
          "Memory that the guest writes again and again: 0 to 64; ${DEFAULT-VALUE} if not given.")
  private int dirty;

  @Option(
      names = "--source-ends",
      paramLabel = "WHEN",
      defaultValue = "suspended",
      description =
          "When a server that stays ends its connections: suspended, as soon as the guest is, or"
              + " destroyed, when the source's copy of the guest is; ${DEFAULT-VALUE} if not given.",
      converter = SourceEndConverter.class)
  private SourceEnd sourceEnd;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What chance begins with, as a run before has printed it.")
  private Optional<Long> seed = Optional.empty();

  @Mixin private ResultOutput output;

  /** Reads {@code --source-ends}. */
  private static final class SourceEndConverter implements ITypeConverter<SourceEnd> {
    @Override
    public SourceEnd convert(String text) {
      return Arrays.stream(SourceEnd.values())
          .filter(end -> word(end).equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is neither suspended nor destroyed".formatted(text)));
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    Workload workload = new Workload(rate, dirty, seed.orElseGet(System::nanoTime), sourceEnd);
    PrintWriter err = spec.commandLine().getErr();
    Machine machine = Machine.here(commandText(workload));
    err.println("seed=" + workload.seed());
    List<WayResult> results = new ArrayList<>();
    for (Way way : Way.values()) {
      results.add(ContinuityRun.run(way, workload, moves, move -> show(way, move)));
    }
    ContinuityReport report = new ContinuityReport(results, machine);
    output.write(report.markdown(), report.resultFile(), spec);
    return verdict(results, workload.seed(), err);
  }

  /** What dmore promises, held against what was seen; the exit status. */
  static int verdict(List<WayResult> results, long seed, PrintWriter err) {
    for (WayResult result : results) {
      Optional<String> failure = result.firstFailure();
      if (result.way() == Way.PAIR && failure.isPresent()) {
        err.println("dmore: the pair was not exact, seed=" + seed + ": " + failure.get());
        return 1;
      }
    }
    return 0;
  }

  private void show(Way way, MoveResult move) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "%s: typed=%d lost=%d doubled=%d moved=%d cut=%d stall-millis=%d"
            .formatted(
                way.subject(),
                move.typed(),
                move.lost(),
                move.doubled(),
                move.moved(),
                move.cuts(),
                move.stall().toMillis()));
    err.flush();
  }

  private String commandText(Workload workload) {
    return spec.qualifiedName()
        + " --moves %d --rate %d --dirty %d --source-ends %s --seed %d"
            .formatted(moves, rate, dirty, word(sourceEnd), workload.seed());
  }

  private void check() {
    List<String> problems = new ArrayList<>();
    require(problems, "--moves", moves, 1, MAX_MOVES);
    require(problems, "--rate", rate, MIN_RATE, MAX_RATE);
    require(problems, "--dirty", dirty, 0, MAX_DIRTY);
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("; ", problems));
    }
    output.check(spec);
  }

  private static String word(SourceEnd end) {
    return end.name().toLowerCase(Locale.ROOT);
  }

  private static void require(List<String> problems, String option, int value, int min, int max) {
    if (value < min || value > max) {
      problems.add(option + "=" + value + " is not in " + min + ".." + max);
    }
  }
}
