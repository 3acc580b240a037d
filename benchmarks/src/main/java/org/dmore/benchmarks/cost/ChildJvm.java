package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that ends when this is closed, or when this JVM does: its input ends then. */
final class ChildJvm implements AutoCloseable {
  private static final long PATIENCE = 10;
  private static final int TOLD = 2000;

  private final Process process;
  private final Path said;

  private ChildJvm(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  /**
   * Starts one.
   *
   * @param folder where it runs
   * @param command the program and its arguments
   */
  static ChildJvm start(Path folder, List<String> command) throws IOException {
    Path said = Files.createTempFile("dmore-child", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(said.toFile());
    // As in DomR: memory that glibc would keep for each thread.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new ChildJvm(builder.start(), said);
  }

  /** All that it writes to its standard output until it ends. */
  String output() throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Memory of its that is resident, in bytes. */
  double resident() throws IOException {
    return memory("VmRSS:");
  }

  /** The same without what it shares with others, as the memory of guests in a room is. */
  double ownResident() throws IOException {
    return resident() - memory("RssShmem:");
  }

  private double memory(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> 1024.0 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("pid=" + pid() + " has ended"));
  }

  /** Its exit status, once it has ended by itself. */
  int status() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      throw new IOException("pid=" + pid() + " does not end");
    }
    return process.exitValue();
  }

  /** What it said on standard error, the last of it. */
  String said() throws IOException {
    String text = Files.readString(said);
    return text.substring(Math.max(0, text.length() - TOLD)).strip();
  }

  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      Files.deleteIfExists(said);
    }
  }
}
