package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.ResultFile.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code bench report} and {@code bench check}, which read results. */
class ResultCommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @TempDir private Path folder;

  @Test
  void figuresThatAreGoodEnoughEndWithStatus0() throws Exception {
    assertThat(line.execute("check", peers(40, 41).toString())).isZero();
    assertThat(out.toString()).contains("| met", "No figures for:", "keystroke");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aGoalThatIsMissedIsNamedAndEndsWithStatus1() throws Exception {
    assertThat(line.execute("check", peers(40, 39).toString())).isEqualTo(1);
    assertThat(out.toString()).contains("MISSED");
    assertThat(err.toString())
        .contains("dmore: missed: peers: p50_us of \"dmore\", \"key, at rest\"")
        .contains("is 40, at most 39");
  }

  @Test
  void framesAreCheckedAndShownToo() throws Exception {
    Path file =
        write(
            "video",
            Row.of("dmore", "video, ZRLE", Map.of("bytes_per_frame", 2000.0)),
            Row.of("Xvnc", "video, ZRLE", Map.of("bytes_per_frame", 1000.0)));

    assertThat(line.execute("check", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("missed: video: bytes_per_frame of \"dmore\", \"video, ZRLE\"")
        .contains("is 2000, at most 1000");
    assertThat(line.execute("report", file.toString(), "--output=" + folder.resolve("page")))
        .isZero();
  }

  @Test
  void aCheckThatChecksNothingEndsWithStatus1() throws Exception {
    Path file = write("other", Row.of("dmore", "key, at rest", Map.of("p50_us", 1.0)));
    assertThat(line.execute("check", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("nothing was checked");
  }

  @Test
  void thePageAndItsPlotsAreWrittenAndNamed() throws Exception {
    Path to = folder.resolve("new/page");
    assertThat(line.execute("report", peers(40, 41).toString(), "--output=" + to)).isZero();
    List<String> files = out.toString().lines().toList();
    assertThat(files).hasSizeGreaterThan(1).allMatch(file -> Files.exists(Path.of(file)));
    assertThat(files.get(0)).endsWith("index.html");
  }

  @Test
  void aPageIsNotWrittenIntoAFile() throws Exception {
    Path file = peers(40, 41);
    assertThat(line.execute("report", file.toString(), "--output=" + file)).isEqualTo(2);
    assertThat(err.toString()).contains("is a file: name a folder");
    assertThat(line.execute("report", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--output");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "report"})
  void whatIsNoResultIsNamedAndEndsWithStatus2(String command) throws Exception {
    Path jmh = Files.writeString(folder.resolve("jmh.json"), "[1]");
    Path nothing = Files.writeString(folder.resolve("null.json"), "null");
    Path to = folder.resolve("page");
    String[] output = command.equals("report") ? new String[] {"--output=" + to} : new String[0];

    assertThat(execute(command, output)).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required parameter: 'FILE.json'");
    assertThat(
            execute(
                command,
                output,
                peers(1, 2).toString(),
                jmh.toString(),
                nothing.toString(),
                folder.resolve("absent.json").toString(),
                folder.toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("jmh.json is no result of a benchmark")
        .contains("null.json is no result of a benchmark")
        .contains("absent.json is not there")
        .contains(folder + " is not there");
    assertThat(to).doesNotExist();
  }

  private int execute(String command, String[] options, String... files) {
    List<String> all = new java.util.ArrayList<>(List.of(command));
    all.addAll(List.of(files));
    all.addAll(List.of(options));
    return line.execute(all.toArray(String[]::new));
  }

  private Path peers(double dmore, double xvnc) throws Exception {
    return write(
        "peers",
        Row.of("dmore", "key, at rest", Map.of("p50_us", dmore, "p99_us", 2 * dmore)),
        Row.of("Xvnc", "key, at rest", Map.of("p50_us", xvnc, "p99_us", 2 * xvnc)));
  }

  private Path write(String benchmark, Row... rows) throws Exception {
    Path file = folder.resolve(benchmark + ".json");
    new ResultFile(benchmark, Machine.here("dmore bench"), new TreeMap<>(), List.of(rows))
        .write(file);
    return file;
  }
}
