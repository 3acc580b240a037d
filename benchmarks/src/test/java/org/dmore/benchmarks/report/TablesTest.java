package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {
  @Test
  void rowsWithOtherFiguresAreInATableOfTheirOwn() {
    ResultFile result =
        new ResultFile(
            "cost",
            Machine.here("dmore bench cost"),
            new TreeMap<>(Map.of("Xvnc", "1.12.0")),
            List.of(
                ResultFile.Row.of("dmore", "key", Map.of("p50_us", 12.345, "max_us", 2000.4)),
                ResultFile.Row.of("image", "kernel", Map.of("size_bytes", 52_400_000.0)),
                ResultFile.Row.of("Xvnc", "key", Map.of("p50_us", 99.0, "p999_us", 1e3))));
    assertThat(Tables.of(result)).hasSize(2);
    assertThat(Tables.markdown(result))
        .contains("| situation | subject | p50, µs | p99.9, µs | max, µs |")
        .contains("| key       |   dmore |    12.3 |         - |    2000 |")
        .contains("52.4 MB")
        .contains("- Xvnc: 1.12.0")
        .contains("- command: `dmore bench cost`");
  }

  @Test
  void rowsOfOneSituationAreInOneTableThoughOneHasMoreFigures() {
    ResultFile result =
        new ResultFile(
            "continuity",
            Machine.here("dmore bench continuity"),
            new TreeMap<>(),
            List.of(
                ResultFile.Row.of("the pair", "a move", Map.of("lost_keys", 0.0, "hold_ms", 7.0)),
                ResultFile.Row.of("another", "a move", Map.of("lost_keys", 5.0))));
    assertThat(Tables.of(result)).hasSize(1);
    assertThat(Tables.markdown(result))
        .contains("| situation |  subject | hold, ms | lost, keys |")
        .contains("| a move    |  another |        - |          5 |");
  }

  @ParameterizedTest
  @CsvSource({
    "p50_us, µs, p50, 'p50, µs'",
    "cpu_s_per_mpixel, s per mpixel, CPU, 'CPU, s per mpixel'",
    "bytes_per_frame, bytes per frame, bytes, bytes per frame",
    "client_updates_per_s, s, client updates per, 'client updates per, s'",
    "heap_bytes, bytes, heap, heap",
    "runs, '', runs, runs"
  })
  void aFiguresNameHasItsUnit(String name, String unit, String label, String title) {
    assertThat(Figures.unit(name)).isEqualTo(unit);
    assertThat(Figures.label(name)).isEqualTo(label);
    assertThat(Figures.title(name)).isEqualTo(title);
  }

  @ParameterizedTest
  @CsvSource({
    "p50_us, 0, 0",
    "p50_us, 0.01234, 0.0123",
    "p50_us, 99.96, 100",
    "p50_us, 123456.7, 123457",
    "p50_us, NaN, NaN",
    "heap_bytes, 512, 512 B",
    "heap_bytes, -55400, -55.4 kB",
    "heap_bytes, 1e9, 1000 MB"
  })
  void figuresAreShortToRead(String name, double figure, String text) {
    assertThat(Figures.text(name, figure)).isEqualTo(text);
  }
}
