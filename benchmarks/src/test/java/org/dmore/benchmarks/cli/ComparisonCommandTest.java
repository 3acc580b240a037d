package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code bench peers} and {@code bench video}. */
class ComparisonCommandTest {
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand()).setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource({
    "peers, --slow, --slow",
    "peers, --quick=much, --quick",
    "peers, --json=/nowhere/at/all.json,"
        + " --json=/nowhere/at/all.json is in a directory that is not there",
    "peers, --output=/nowhere/table.md,"
        + " --output=/nowhere/table.md is in a directory that is not there",
    "video, --slow, --slow",
    "video, --quick=much, --quick",
    "video, --json=/nowhere/at/all.json,"
        + " --json=/nowhere/at/all.json is in a directory that is not there",
    "video, --output=/nowhere/table.md,"
        + " --output=/nowhere/table.md is in a directory that is not there"
  })
  void a_bad_option_is_named_and_ends_with_status_2(String command, String option, String message) {
    assertThat(line.execute(command, option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"peers", "video"})
  void a_directory_is_no_file_to_write(String command, @TempDir Path directory) {
    assertThat(line.execute(command, "--json", directory.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is a directory");
  }
}
