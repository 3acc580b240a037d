package org.dmore.benchmarks.soak;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore soak}. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = {
      "Moves a pair of the embedded hosts again and again, with random faults, while somebody types.",
      "",
      "VMs that fail to move, leaders that are killed at any line of the journal, full disks, guests"
          + " that take no input. After each move: one copy of each VM runs, both are on one host,"
          + " one connection, every key arrived once and in order. Exit status 1 as soon as one of"
          + " these does not hold.",
      ""
    })
final class SoakCommand implements Callable<Integer> {
  private static final int MAX_MOVES = 1_000_000;
  private static final int SHOWN_EVERY = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--moves",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many: 1 to 1000000; ${DEFAULT-VALUE} if not given.")
  private int moves;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What chance begins with, as a run before has printed it.")
  private Long seed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (moves < 1 || moves > MAX_MOVES) {
      throw new ParameterException(
          spec.commandLine(), "--moves=" + moves + " is not in 1.." + MAX_MOVES);
    }
    long begin = seed == null ? System.nanoTime() : seed;
    PrintWriter out = spec.commandLine().getOut();
    out.println("seed=" + begin);
    out.flush();
    int done = 0;
    try (Soak soak = new Soak(begin)) {
      while (done < moves) {
        soak.move();
        done++;
        if (done % SHOWN_EVERY == 0 || done == moves) {
          out.println(line(done, soak.count()));
          out.flush();
        }
      }
      out.println("nothing lost, doubled or out of order; never two copies, never none");
      return 0;
    } catch (Soak.BrokenException e) {
      spec.commandLine()
          .getErr()
          .println("dmore: move=" + (done + 1) + " seed=" + begin + ": " + e.getMessage());
      return 1;
    }
  }

  private static String line(int done, Soak.Count count) {
    return "moves=%d moved=%d called-off=%d killed=%d recovered=%d key-events=%d"
        .formatted(
            done,
            count.moved(),
            count.calledOff(),
            count.killed(),
            count.recovered(),
            count.events());
  }
}
