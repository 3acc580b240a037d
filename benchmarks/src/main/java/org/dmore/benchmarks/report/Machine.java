package org.dmore.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The machine that a result was taken on, without what would name it.
 *
 * @param cpu the processor's model
 * @param cores processors that the JVM may use
 * @param kernel the operating system and its version
 * @param jdk the JVM and its version
 * @param load the load average of the last minute when the run began; negative if it is not known
 * @param date when the run began, to the second
 * @param command what was run
 */
public record Machine(
    String cpu, int cores, String kernel, String jdk, double load, String date, String command) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Looks at this machine, now. */
  public static Machine here(String command) {
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        OffsetDateTime.now(ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
        command);
  }

  /** A list of what it is. */
  String markdown() {
    return String.join(
        "\n",
        List.of(
            "- cpu: " + cpu + ", cores " + cores,
            "- kernel: " + kernel,
            "- jdk: " + jdk,
            "- load average at start: "
                + (load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", load)),
            "- date: " + date,
            "- command: `" + command + "`",
            ""));
  }

  private static String cpuModel() {
    try (var lines = Files.lines(CPU_INFO, StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown " + System.getProperty("os.arch"));
    } catch (IOException | java.io.UncheckedIOException e) {
      return "unknown " + System.getProperty("os.arch"); // no Linux, or a model it does not name
    }
  }
}
