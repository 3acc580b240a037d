package org.dmore.rfb.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code dmore fuzz}: fuzzes for as long as it is told, and ends with 1 if a fault was found. */
public final class FuzzMain {
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(s|m|h)");

  private FuzzMain() {}

  /** Takes the command line; the module's folder is the property {@code dmore.fuzz.home}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    Duration time = Duration.ofMinutes(1);
    List<FuzzTarget> targets = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--help") || argument.equals("-h")) {
        out.println(usage());
        return 0;
      }
      if (argument.equals("--time") && i + 1 < arguments.length) {
        Matcher matcher = TIME.matcher(arguments[++i]);
        if (!matcher.matches()) {
          err.println("dmore fuzz: time=" + arguments[i] + " is not like 30s, 10m or 2h");
          return 2;
        }
        time = Duration.parse("PT" + matcher.group(1) + matcher.group(2));
      } else if (FuzzTarget.of(argument).isPresent()) {
        targets.add(FuzzTarget.of(argument).get());
      } else {
        err.println("dmore fuzz: argument=" + argument + " is not known\n" + usage());
        return 2;
      }
    }
    if (targets.isEmpty()) {
      targets.addAll(Arrays.asList(FuzzTarget.values()));
    }
    Path home = Path.of(System.getProperty("dmore.fuzz.home", "")).toAbsolutePath();
    Jazzer jazzer =
        new Jazzer(
            System.getProperty("java.class.path"),
            home.resolve("src/test/resources/fuzz"),
            home.resolve("target/fuzz"));
    int faults = 0;
    for (FuzzTarget target : targets) {
      String name = target.label();
      out.println(name + ": fuzzing for seconds=" + time.toSeconds());
      Jazzer.Outcome outcome = jazzer.fuzz(target, time, line -> out.println(name + ": " + line));
      out.println(name + ": inputs=" + outcome.inputs() + " coverage=" + outcome.coverage());
      if (outcome.reproducer().isPresent()) {
        faults++;
        outcome.output().forEach(line -> err.println(name + ": " + line));
        err.println(
            name
                + ": FAULT reproducer="
                + outcome.reproducer().get()
                + "\n"
                + name
                + ": copy it to rfb-server/src/test/resources/fuzz/"
                + name
                + ", and every build runs it");
      }
    }
    out.println("targets=" + targets.size() + " faults=" + faults);
    return faults == 0 ? 0 : 1;
  }

  private static String usage() {
    return "Usage: dmore fuzz [--time 30s|10m|2h] [target...]\n"
        + "Fuzzes rfb-server, each target for that time (1m if it is not given); ends with 1 if a"
        + " fault is found.\nTargets: "
        + Arrays.stream(FuzzTarget.values())
            .map(FuzzTarget::label)
            .collect(Collectors.joining(" "));
  }
}
