package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class VideoCommandTest {
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand()).setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource({
    "--slow, --slow",
    "--quick=much, --quick",
    "--json=/nowhere/at/all.json, --json=/nowhere/at/all.json is in a directory that is not there",
    "--output=/nowhere/table.md, --output=/nowhere/table.md is in a directory that is not there"
  })
  void a_bad_option_is_named_and_ends_with_status_2(String option, String message) {
    assertThat(line.execute("video", option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
