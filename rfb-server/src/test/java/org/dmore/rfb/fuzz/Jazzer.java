package org.dmore.rfb.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the fuzzer on a target in a JVM of its own: it instruments what it loads, and it ends the
 * process when it finds a fault.
 */
final class Jazzer {
  private static final Pattern STATUS =
      Pattern.compile("#(\\d+)\\s+(?:pulse|NEW|REDUCE|INITED|RELOAD|DONE)\\s+cov: (\\d+).*");

  private final List<String> java;
  private final Path seeds;
  private final Path work;

  /**
   * Makes a runner.
   *
   * @param classPath with the targets and the fuzzer on it
   * @param seeds has a folder of inputs for each target; it is only read
   * @param work receives what the fuzzer finds worth keeping, and inputs that find faults
   */
  Jazzer(String classPath, Path seeds, Path work) {
    this.java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:-OmitStackTraceInFastThrow",
            "-Djdk.attach.allowAttachSelf=true",
            "-Dio.netty.leakDetection.level=disabled",
            "-cp",
            classPath);
    this.seeds = seeds;
    this.work = work;
  }

  /**
   * What came of a run.
   *
   * @param inputs how many were tried
   * @param coverage what the fuzzer counts as reached, in its own measure
   * @param reproducer the input that finds a fault, if one does
   * @param output the last lines that the fuzzer wrote
   */
  record Outcome(long inputs, int coverage, Optional<Path> reproducer, List<String> output) {}

  /**
   * Fuzzes.
   *
   * @param time for how long; starting comes on top
   * @param progress receives a line now and then
   * @throws IOException if the fuzzer cannot run
   */
  Outcome fuzz(FuzzTarget target, Duration time, Consumer<String> progress)
      throws IOException, InterruptedException {
    return fuzz(target.target(), target.label(), time, progress);
  }

  /** As the other; the target is a class, and the name that its folders have. */
  Outcome fuzz(Class<?> target, String label, Duration time, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve(label));
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    List<Path> before = reproducers(folder);
    List<String> command = new ArrayList<>(java);
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.getName());
    command.add("--instrumentation_includes=org.dmore.rfb.**");
    command.add("--custom_hook_includes=org.dmore.rfb.**");
    command.add("--reproducer_path=" + folder);
    command.add("-artifact_prefix=" + folder + "/");
    command.add("-max_total_time=" + Math.max(1, time.toSeconds()));
    command.add("-timeout=20");
    command.add("-rss_limit_mb=4096");
    command.add("-print_final_stats=1");
    command.add(corpus.toString());
    Path own = seeds.resolve(label);
    if (Files.isDirectory(own)) {
      command.add(own.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return read(process, folder, before, progress);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Outcome read(
      Process process, Path folder, List<Path> before, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<String> last = new ArrayList<>();
    long inputs = 0;
    int coverage = 0;
    long told = System.nanoTime();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher status = STATUS.matcher(line);
        if (status.matches()) {
          inputs = Long.parseLong(status.group(1));
          coverage = Integer.parseInt(status.group(2));
          if (System.nanoTime() - told > TimeUnit.SECONDS.toNanos(5)) {
            told = System.nanoTime();
            progress.accept("inputs=" + inputs + " coverage=" + coverage);
          }
        } else if (!line.startsWith("INFO: ")) {
          last.add(line);
          if (last.size() > 200) {
            last.remove(0);
          }
        }
      }
    }
    int exit = process.waitFor();
    Optional<Path> found =
        reproducers(folder).stream().filter(path -> !before.contains(path)).findFirst();
    if (exit != 0 && found.isEmpty()) {
      // The same fault as in a run before writes the same file.
      found =
          last.stream()
              .filter(line -> line.contains("Test unit written to "))
              .map(line -> Path.of(line.substring(line.indexOf("written to ") + 11).strip()))
              .findFirst();
      if (found.isEmpty()) {
        throw new IOException(
            "the fuzzer ended with exit=" + exit + ":\n" + String.join("\n", last));
      }
    }
    return new Outcome(inputs, coverage, found, List.copyOf(last));
  }

  private static List<Path> reproducers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              path ->
                  path.getFileName().toString().matches("(crash|timeout|oom|leak|slow-unit)-.*"))
          .filter(path -> !path.getFileName().toString().startsWith("slow-unit"))
          .toList();
    }
  }
}
