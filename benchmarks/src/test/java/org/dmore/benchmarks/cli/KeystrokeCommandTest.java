package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.dmore.coordinator.cli.CommandProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class KeystrokeCommandTest {
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand()).setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource({
    "--forks=0, --forks=0 is not in 1..20",
    "--iterations=101, --iterations=101 is not in 1..100",
    "--forks=many, many",
    "--json=/nowhere/at/all.json, --json=/nowhere/at/all.json is in a directory that is not there",
    "--jmh-json=/nowhere/j.json, --jmh-json=/nowhere/j.json is in a directory that is not there",
    "--slow, --slow"
  })
  void aBadOptionIsNamedAndEndsWithStatus2(String option, String message) {
    int status = line.execute("keystroke", option);

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void aDirectoryIsNoFileToWrite(@TempDir Path directory) {
    int status = line.execute("keystroke", "--output", directory.toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("is a directory");
  }

  @Test
  void benchAloneSaysWhatIsMissing() {
    assertThat(line.execute()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing command");
  }

  @Test
  void dmoreFindsTheCommand() {
    assertThat(ServiceLoader.load(CommandProvider.class))
        .anyMatch(provider -> provider.command() instanceof BenchCommand);
  }

  @Test
  void thePlanKnowsHowLongItTakes() {
    for (Suite suite : Suite.values()) {
      BenchPlan quick = BenchPlan.quick(suite);
      assertThat(quick.estimate()).isLessThan(BenchPlan.full(suite).estimate());
      assertThat(quick.withForks(2).steps()).isEqualTo(2 * quick.steps());
    }
  }
}
