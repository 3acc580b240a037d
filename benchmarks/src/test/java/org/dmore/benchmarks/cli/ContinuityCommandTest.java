package org.dmore.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.benchmarks.continuity.MoveResult;
import org.dmore.benchmarks.continuity.MoveTimes;
import org.dmore.benchmarks.continuity.Way;
import org.dmore.benchmarks.continuity.WayResult;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ContinuityCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      new CommandLine(new BenchCommand())
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "--moves=0, --moves=0 is not in 1..1000",
    "--rate=9, --rate=9 is not in 10..2000",
    "--dirty=65, --dirty=65 is not in 0..64",
    "--source-ends=never, is neither suspended nor destroyed",
    "--json=/no/such/place/result.json, is in a directory that is not there",
    "--ways=2, --ways"
  })
  void a_bad_option_is_named_and_ends_with_status_2(String option, String message) {
    assertThat(line.execute("continuity", option)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void two_moves_of_each_way_are_measured_and_the_pair_is_exact() throws Exception {
    Path json = folder.resolve("continuity.json");
    Path markdown = folder.resolve("continuity.md");
    assertThat(
            line.execute(
                "continuity", "--moves=2", "--seed=7", "--json=" + json, "--output=" + markdown))
        .as("%s", err)
        .isZero();
    assertThat(err.toString()).contains("seed=7");
    assertThat(out.toString()).contains("keys lost").doesNotContain("NaN");
    assertThat(Files.readString(markdown)).isEqualTo(out.toString());

    ResultFile result = ResultFile.read(json);
    assertThat(result.benchmark()).isEqualTo("continuity");
    assertThat(result.rows()).hasSize(Way.values().length);
    for (Way way : Way.values()) {
      assertThat(figure(result, way, "moves")).contains(2.0);
      assertThat(figure(result, way, "typed_keys").orElse(0.0)).as("%s", way).isPositive();
      assertThat(figure(result, way, "hold_p50_ms").isPresent()).isEqualTo(way == Way.PAIR);
    }
    for (String name :
        new String[] {"lost_keys", "doubled_keys", "moved_keys", "cut_connections"}) {
      assertThat(figure(result, Way.PAIR, name)).as(name).contains(0.0);
    }
    assertThat(figure(result, Way.RECONNECT, "cut_connections")).contains(2.0);
    assertThat(figure(result, Way.PROXY, "cut_connections")).contains(0.0);
  }

  @Test
  void a_pair_that_lost_a_key_or_its_connection_is_told_with_the_seed() {
    MoveTimes times = new MoveTimes(Duration.ZERO, Optional.empty());
    Delivery exact = Delivery.of(List.of(1, 2), List.of(1, 2));
    MoveResult good = new MoveResult(exact, 0, Duration.ZERO, 0, times);
    MoveResult cut = new MoveResult(exact, 0, Duration.ZERO, 1, times);
    MoveResult lost =
        new MoveResult(Delivery.of(List.of(1, 2), List.of(1)), 0, Duration.ZERO, 0, times);
    assertThat(verdict(Way.PAIR, good)).isZero();
    assertThat(verdict(Way.RECONNECT, lost)).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(verdict(Way.PAIR, good, lost)).isEqualTo(1);
    assertThat(err.toString()).contains("not exact, seed=7: move=2 sent=2 seen=1 lost=1");
    assertThat(verdict(Way.PAIR, cut)).isEqualTo(1);
    assertThat(err.toString()).contains("cut-connections=1");
  }

  private int verdict(Way way, MoveResult... moves) {
    return ContinuityCommand.verdict(
        List.of(new WayResult(way, List.of(moves))), 7, new PrintWriter(err, true));
  }

  private static Optional<Double> figure(ResultFile result, Way way, String name) {
    return result.figure(way.subject(), "live migration", name);
  }
}
