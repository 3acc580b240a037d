package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.recorder.TextConsole;

/**
 * The shell that the lab's DomR has on its hvc0 ({@code dmore.shell}). For one thread at a time.
 */
final class DomRShell {
  private static final long POLL_MILLIS = 50;
  private static final AtomicLong NUMBERS = new AtomicLong(System.currentTimeMillis());

  private final TextConsole console;

  DomRShell(TextConsole console) {
    this.console = console;
  }

  /** What a command left: its exit status and its lines. */
  record Result(int status, List<String> lines) {
    Result {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Runs a command that is one line. Other lines that come to the console meanwhile are among its
   * own.
   */
  Result run(String command, Duration limit) throws IOException, InterruptedException {
    String number = Long.toString(NUMBERS.incrementAndGet(), Character.MAX_RADIX);
    String begin = "begin-" + number;
    String end = "end-" + number;
    long mark = console.mark();
    // The terminal echoes the command, in lines of its own width: what is looked for stands in
    // none.
    console.write(
        "echo; echo %s; (%s); status=$?; echo; echo %s $status".formatted(begin, command, end));
    Deadline deadline = Deadline.in(limit);
    while (true) {
      boolean late = deadline.passed();
      List<String> lines = console.linesFrom(mark).stream().map(String::stripTrailing).toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).matches(end + " [0-9]+")) {
          int status = Integer.parseInt(lines.get(i).substring(end.length() + 1));
          int from = lines.indexOf(begin) + 1;
          return new Result(
              status, lines.subList(from, i).stream().filter(line -> !line.isEmpty()).toList());
        }
      }
      if (late) {
        throw new LabException(
            "DomR's shell has not done '%s' within %ds: was it started with dmore.shell?"
                .formatted(command, limit.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
