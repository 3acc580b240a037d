package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.LabException;

/** Runs this machine's programs. */
public final class Tool {
  private static final long LIMIT_SECONDS = 30;

  private Tool() {}

  /** Where a program is, by a path as in PATH. */
  public static Optional<Path> find(String program, String searchPath) {
    for (String folder : searchPath.split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /**
   * Runs a short command that must succeed.
   *
   * @return what it wrote, standard error included
   */
  public static String run(String... command) throws IOException, InterruptedException {
    Outcome outcome = tryRun(command);
    if (outcome.status() != 0) {
      throw new LabException(
          "command='%s' status=%d said: %s"
              .formatted(String.join(" ", command), outcome.status(), outcome.text().strip()));
    }
    return outcome.text();
  }

  /** Runs a short command that may fail. */
  public static Outcome tryRun(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectInput(new java.io.File("/dev/null"))
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new LabException("command='%s' does not end".formatted(String.join(" ", command)));
    }
    return new Outcome(process.exitValue(), text);
  }

  /**
   * What a command left.
   *
   * @param status its exit status
   * @param text standard output and standard error
   */
  public record Outcome(int status, String text) {}
}
