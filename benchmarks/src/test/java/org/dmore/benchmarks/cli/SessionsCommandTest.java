package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.dmore.benchmarks.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SessionsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource({
    "--idle=0, --idle=0 is not in 1..10000",
    "--active=10001, --active=10001 is not in 1..10000",
    "--seconds=0, --seconds=0 is not in 1..600",
    "--json=/nowhere/at/all.json, --json=/nowhere/at/all.json is in a directory that is not there",
    "--many, --many"
  })
  void aBadOptionIsNamedAndEndsWithStatus2(String option, String message) {
    assertThat(line.execute("sessions", option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void aFewSessionsAreMeasured(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("sessions.json");
    assertThat(
            line.execute(
                "sessions", "--idle=5", "--active=3", "--seconds=1", "--json", json.toString()))
        .isZero();
    assertThat(out.toString())
        .containsPattern("idle sessions +\\| +5 ")
        .containsPattern("updates a second that each client gets +\\| +[0-9]*[1-9]")
        .doesNotContain("NaN");
    ResultFile file = ResultFile.read(json);
    assertThat(file.benchmark()).isEqualTo("sessions");
    assertThat(file.figure("dmore", "idle", "sessions")).contains(5.0);
    assertThat(file.figure("dmore", "active", "sessions")).contains(3.0);
    assertThat(file.figure("dmore", "active", "updates_per_s").orElseThrow()).isPositive();
  }
}
