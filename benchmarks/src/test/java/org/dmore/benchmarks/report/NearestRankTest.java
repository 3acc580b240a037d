package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestRankTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0",
    "1, 50, 0",
    "1, 100, 0",
    "2, 50, 0",
    "2, 51, 1",
    "9, 50, 4",
    "100, 99, 98",
    "100, 99.1, 99",
    "1000, 99.9, 998",
    "800, 100, 799"
  })
  void itIsTheFirstThatSoManyDoNotExceed(int count, double percent, int index) {
    assertThat(NearestRank.index(count, percent)).isEqualTo(index);
  }

  @Test
  void valuesNeedNoOrder() {
    assertThat(NearestRank.of(List.of(3.0, 1.0, 2.0), 50)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 50", "3, -1", "3, 100.1", "3, NaN"})
  void thereIsNoPercentileOfNothing(int count, double percent) {
    assertThatThrownBy(() -> NearestRank.index(count, percent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of values=" + count);
  }
}
