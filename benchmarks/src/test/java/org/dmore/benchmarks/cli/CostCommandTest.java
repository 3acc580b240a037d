package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmore.benchmarks.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CostCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--runs=0; --runs=0 is not in 1..100",
        "--seconds=601; --seconds=601 is not in 1..600",
        "--sessions=1,0; --sessions=0 is not in 1..10000",
        "--only=boot; boot",
        "--json=/nowhere/at/all.json; --json=/nowhere/at/all.json is in a directory that is not",
        "--output=/; --output=/ is a directory",
      })
  void aBadOptionIsNamedAndEndsWithStatus2(String option, String message) {
    assertThat(line.execute("cost", option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void sessionsAreMeasuredInJvmsOfTheirOwn() throws Exception {
    Path json = folder.resolve("cost.json");
    Path text = folder.resolve("cost.md");
    int status =
        line.execute(
            "cost",
            "--only=sessions",
            "--sessions=1,3",
            "--seconds=1",
            "--json=" + json,
            "--output=" + text);
    assertThat(status).as(err.toString()).isZero();
    ResultFile result = ResultFile.read(json);
    assertThat(result.rows()).hasSize(4);
    for (String situation : new String[] {"1 sessions, scrolling", "3 sessions, scrolling"}) {
      assertThat(result.figure("dmore", situation, "updates_per_session_hz"))
          .hasValueSatisfying(rate -> assertThat(rate).isPositive());
    }
    assertThat(result.figure("dmore", "3 sessions, idle", "sessions")).contains(3.0);
    assertThat(out.toString()).contains("3 sessions, idle").isEqualTo(Files.readString(text));
  }
}
