package org.dmore.coordinator.image;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A program of the building machine, run to its end. Immutable. */
final class ExternalProgram {
  private static final int SHOWN_LINES = 5;

  /** How a run ended: its exit status and what it wrote. */
  record Outcome(int status, String output, String errors) {
    /** The last lines of what went wrong, as one line. */
    String complaint() {
      List<String> lines =
          (errors.isBlank() ? output : errors)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
              .toList();
      return String.join(
          "; ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
  }

  private final String program;
  private final String remedy;
  private final List<String> leading;
  private final File input;

  /**
   * Names a program.
   *
   * @param program a name to be found on the path, or a file
   * @param remedy what to do where there is none, as {@code install the package apt}
   */
  ExternalProgram(String program, String remedy) {
    this(program, remedy, List.of(), new File("/dev/null"));
  }

  private ExternalProgram(String program, String remedy, List<String> leading, File input) {
    this.program = program;
    this.remedy = remedy;
    this.leading = leading;
    this.input = input;
  }

  /** The same with arguments that go before all others. */
  ExternalProgram withArguments(List<String> arguments) {
    return new ExternalProgram(program, remedy, List.copyOf(arguments), input);
  }

  /** The same with standard input from a file. */
  ExternalProgram withInput(Path file) {
    return new ExternalProgram(program, remedy, leading, file.toFile());
  }

  /** Whether the program is there. */
  boolean exists() {
    if (program.contains("/")) {
      return Files.isExecutable(Path.of(program));
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs it and gives what it wrote on standard output.
   *
   * @throws IOException if it is not there or its exit status is not 0, with what it complained of
   */
  String run(Path folder, String... arguments) throws IOException {
    Outcome outcome = tryRun(folder, arguments);
    if (outcome.status() != 0) {
      throw new IOException(
          program + " failed: status=" + outcome.status() + ": " + outcome.complaint());
    }
    return outcome.output();
  }

  /**
   * Runs it, however it ends.
   *
   * @throws IOException if it is not there
   */
  Outcome tryRun(Path folder, String... arguments) throws IOException {
    if (!exists()) {
      throw new IOException(program + " is not found: " + remedy);
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(leading);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(ProcessBuilder.Redirect.from(input));
    Process process = builder.start();
    try {
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String output = text(process.getInputStream());
      return new Outcome(process.waitFor(), output, errors.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + program + " ran");
    } finally {
      process.destroy();
    }
  }

  private static String text(InputStream stream) {
    StringBuilder text = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
      char[] part = new char[8192];
      for (int n = reader.read(part); n >= 0; n = reader.read(part)) {
        text.append(part, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
