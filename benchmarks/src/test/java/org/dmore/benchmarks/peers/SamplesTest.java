package org.dmore.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void aPercentileIsTheNearestRank() {
    Samples samples = new Samples();
    // 1 to 2000 microseconds, in no order: 1237 and 2000 have no common factor.
    IntStream.range(0, 2000).forEach(i -> samples.add((i * 1237L % 2000 + 1) * 1000));

    Samples.Spread spread = samples.spread();

    assertThat(samples.count()).isEqualTo(2000);
    assertThat(spread).isEqualTo(new Samples.Spread(1000, 1800, 1980, 2000, 1000.5));
  }

  @Test
  void ofFewSamplesTheLastPercentilesAreTheLongest() {
    Samples samples = new Samples();
    samples.add(7000);
    samples.add(2000);
    samples.add(3500);

    assertThat(samples.spread()).isEqualTo(new Samples.Spread(3.5, 7, 7, 7, 12.5 / 3));
  }

  @Test
  void roundsAreMerged() {
    Samples first = new Samples();
    first.add(1000);
    Samples second = new Samples();
    second.add(3000);
    first.addAll(second);

    assertThat(first.count()).isEqualTo(2);
    assertThat(first.spread()).isEqualTo(new Samples.Spread(1, 3, 3, 3, 2));
  }

  @Test
  void nothingHasNoSpread() {
    assertThatThrownBy(() -> new Samples().spread())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nothing was measured");
  }
}
