package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a scenario saw: prints each check at once with what was expected and seen, and counts. Not
 * for several threads.
 */
public final class ScenarioReport {
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,80}");

  private final PrintWriter out;
  private final Path kept;
  private final long begin = System.nanoTime();
  private int passed;
  private int failed;

  /**
   * An empty report.
   *
   * @param kept the folder for what {@link #keep} is given; made when there is something
   */
  public ScenarioReport(PrintWriter out, Path kept) {
    this.out = out;
    this.kept = kept;
  }

  /** Says what the scenario does next. */
  public void step(String text) {
    line("     ", text);
  }

  /**
   * Something that must be equal to what is expected.
   *
   * @return whether it is
   */
  public boolean check(String what, Object expected, Object seen) {
    return check(what, Objects.equals(expected, seen), String.valueOf(expected), seen);
  }

  /**
   * Something that must hold and is more than equality.
   *
   * @param expected in words: {@code at most 5000 ms}
   * @param seen what was measured
   * @return {@code holds}
   */
  public boolean check(String what, boolean holds, String expected, Object seen) {
    if (holds) {
      passed++;
      line("pass ", "%s: %s".formatted(what, seen));
    } else {
      failed++;
      line("FAIL ", "%s: expected=%s seen=%s".formatted(what, expected, seen));
    }
    return holds;
  }

  /** A figure worth knowing that nothing depends on. */
  public void note(String what, Object seen) {
    line("     ", "%s: %s".formatted(what, seen));
  }

  /** Keeps a file beside the logs: a screenshot, a trace. */
  public Path keep(String fileName, byte[] content) throws IOException {
    if (!FILE_NAME.matcher(fileName).matches()) {
      throw new IllegalArgumentException("fileName=" + fileName + " is not a plain name");
    }
    Files.createDirectories(kept);
    Path file = kept.resolve(fileName);
    Files.write(file, content);
    return file;
  }

  /** Where {@link #keep} puts files. */
  public Path kept() {
    return kept;
  }

  /** Checks that held. */
  public int passed() {
    return passed;
  }

  /** Checks that did not. */
  public int failed() {
    return failed;
  }

  private void line(String mark, String text) {
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    out.printf("[%4d s] %s%s%n", seconds, mark, text);
    out.flush();
  }
}
