package org.dmore.benchmarks.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmore.benchmarks.cost.ConsolesCost;
import org.dmore.benchmarks.cost.DomRRuntime;
import org.dmore.benchmarks.cost.ImageCost;
import org.dmore.benchmarks.cost.SessionsCost;
import org.dmore.benchmarks.cost.StartCost;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.Tables;
import org.dmore.coordinator.image.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore bench cost}. */
@Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    description = {
      "What a console costs: how long consoled takes to start, what several guests' consoles in one"
          + " JVM and what sessions take, how large DomR's image is.",
      "",
      "The image is built as dmore domr build does, which fetches Debian's packages the first time."
          + " consoled starts on the image's Java runtime and jars, with a guest in the embedded"
          + " room: the boot of a VM is not in it.",
      ""
    })
final class CostCommand implements Callable<Integer> {
  private static final int MAX_RUNS = 100;
  private static final int MAX_SECONDS = 600;
  private static final int MAX_SESSIONS = 10_000;

  /** Guests whose consoles are measured in one JVM. */
  private static final List<Integer> CONSOLES = List.of(1, 4);

  /** Files besides the two sockets of each idle and each active session. */
  private static final int OTHER_FILES = 200;

  /** What can be measured. */
  enum Part {
    START,
    CONSOLES,
    SESSIONS,
    IMAGE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private ResultOutput output;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Of ${COMPLETION-CANDIDATES}, some; all if not given.")
  private Set<Part> only = EnumSet.allOf(Part.class);

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "9",
      description =
          "Starts with each class archive, and of each number of consoles: 1 to 100;"
              + " ${DEFAULT-VALUE} if not given.")
  private int runs;

  @Option(
      names = "--sessions",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,10,100,1000",
      description = "Numbers of sessions, each 1 to 10000; ${DEFAULT-VALUE} if not given.")
  private List<Integer> sessions;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long sessions are looked at: 1 to 600; ${DEFAULT-VALUE} if not given.")
  private int seconds;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "As of dmore domr build (default: ~/.cache/dmore).")
  private Optional<Path> cache = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    Machine machine = Machine.here(commandText());
    List<ResultFile.Row> rows = new ArrayList<>();
    if (!only.equals(EnumSet.of(Part.SESSIONS))) {
      Path work = Files.createTempDirectory("dmore-cost");
      try {
        rows.addAll(imageAndStart(work));
      } finally {
        delete(work);
      }
    }
    if (only.contains(Part.SESSIONS)) {
      for (int count : sessions) {
        say("sessions=" + count + ": about " + (3 * seconds + 3) + " s");
        rows.addAll(SessionsCost.measure(count, seconds));
      }
    }
    ResultFile result = new ResultFile("cost", machine, new TreeMap<>(), rows);
    output.write(Tables.markdown(result), result, spec);
    return 0;
  }

  private List<ResultFile.Row> imageAndStart(Path work) throws IOException, InterruptedException {
    List<ResultFile.Row> rows = new ArrayList<>();
    PrintWriter err = spec.commandLine().getErr();
    ImageCost image =
        ImageCost.build(
            cache.orElseGet(CostCommand::defaultCache), work.resolve("image"), Progress.to(err));
    if (only.contains(Part.START) || only.contains(Part.CONSOLES)) {
      DomRRuntime runtime = new DomRRuntime(image.runtime(), work.resolve("start"));
      rows.addAll(starts(runtime));
    }
    if (only.contains(Part.IMAGE)) {
      rows.addAll(image.rows());
    }
    return rows;
  }

  private List<ResultFile.Row> starts(DomRRuntime runtime)
      throws IOException, InterruptedException {
    List<ResultFile.Row> rows = new ArrayList<>();
    if (only.contains(Part.START)) {
      say("starting consoled " + 3 * (runs + 1) + " times");
      rows.addAll(new StartCost(runtime).measure(runs));
    }
    if (only.contains(Part.CONSOLES)) {
      say("starting consoles " + CONSOLES.size() * (runs + 1) + " times");
      rows.addAll(new ConsolesCost(runtime).measure(CONSOLES, runs));
    }
    return rows;
  }

  private void say(String text) {
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }

  private void check() {
    List<String> problems = new ArrayList<>();
    require(problems, "--runs", runs, MAX_RUNS);
    require(problems, "--seconds", seconds, MAX_SECONDS);
    sessions.forEach(count -> require(problems, "--sessions", count, MAX_SESSIONS));
    int most = sessions.stream().mapToInt(Integer::intValue).max().orElse(0);
    if (problems.isEmpty()
        && only.contains(Part.SESSIONS)
        && ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        && 4L * most + OTHER_FILES > unix.getMaxFileDescriptorCount()) {
      problems.add(
          "open-files=%d are too few, needed are %d: raise them by ulimit -n, or take fewer sessions"
              .formatted(unix.getMaxFileDescriptorCount(), 4L * most + OTHER_FILES));
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("; ", problems));
    }
    output.check(spec);
  }

  private static void require(List<String> problems, String option, int value, int max) {
    if (value < 1 || value > max) {
      problems.add(option + "=" + value + " is not in 1.." + max);
    }
  }

  private String commandText() {
    String parts =
        only.size() == Part.values().length
            ? ""
            : " --only " + only.stream().map(Part::toString).collect(Collectors.joining(","));
    String counts = sessions.stream().map(Object::toString).collect(Collectors.joining(","));
    return spec.qualifiedName()
        + parts
        + " --runs %d --sessions %s --seconds %d".formatted(runs, counts, seconds);
  }

  private static Path defaultCache() {
    String base = System.getenv("XDG_CACHE_HOME");
    return base == null || base.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "dmore")
        : Path.of(base, "dmore");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
