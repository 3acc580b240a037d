package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
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
    "--many, --many"
  })
  void a_bad_option_is_named_and_ends_with_status_2(String option, String message) {
    assertThat(line.execute("sessions", option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void a_few_sessions_are_measured() {
    assertThat(line.execute("sessions", "--idle=5", "--active=3", "--seconds=1")).isZero();
    assertThat(out.toString())
        .containsPattern("idle sessions +\\| +5 ")
        .containsPattern("updates a second that each client gets +\\| +[0-9]*[1-9]")
        .doesNotContain("NaN");
  }
}
