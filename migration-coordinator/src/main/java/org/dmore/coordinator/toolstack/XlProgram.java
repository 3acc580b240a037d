package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code xl}, for a bounded time. Thread-safe. */
final class XlProgram {
  private final Duration limit;

  XlProgram(Duration limit) {
    this.limit = limit;
  }

  /**
   * Runs a command of xl's.
   *
   * @return what it wrote to standard output
   * @throws IOException if it fails, with its last words, or does not end in time: it is ended then
   */
  String run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("xl"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("xl", ".out");
    Path err = Files.createTempFile("xl", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = false;
      try {
        ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted in '" + String.join(" ", command) + "'", e);
      } finally {
        if (!ended) {
          process.destroyForcibly();
        }
      }
      if (!ended) {
        throw new IOException(
            "'%s' did not end within seconds=%d"
                .formatted(String.join(" ", command), limit.toSeconds()));
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "'%s' failed with status=%d: %s"
                .formatted(String.join(" ", command), process.exitValue(), lastWords(err)));
      }
      return Files.readString(out, StandardCharsets.UTF_8);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static String lastWords(Path err) throws IOException {
    List<String> lines =
        Files.readAllLines(err, StandardCharsets.UTF_8).stream()
            .filter(line -> !line.isBlank())
            .toList();
    return lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1).strip();
  }
}
