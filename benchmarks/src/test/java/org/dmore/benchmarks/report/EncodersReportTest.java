package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EncodersReportTest {
  private static final Machine MACHINE =
      new Machine("cpu", 2, "kernel", "jdk", 0.5, "2026-01-01T00:00:00Z", "dmore bench encoders");

  @Test
  void aRowHasProcessorTimeByMegapixelAndBytesThatItCountsItself() {
    Measurement raw =
        new Measurement(
            "EncoderBenchmark.frame[form=RAW kind=TEXT]",
            99_999,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(123),
            OptionalDouble.of(786.432));

    List<String> lines = new EncodersReport(List.of(raw), MACHINE).markdown().lines().toList();

    assertThat(lines.get(2))
        .matches("\\| text +\\| +Raw \\| +1000 \\| +1.0 \\| +4000.2 \\| +123 \\|");
    assertThat(lines).anyMatch(line -> line.contains("dmore bench encoders"));

    ResultFile file = new EncodersReport(List.of(raw), MACHINE).result();
    assertThat(file.benchmark()).isEqualTo("encoders");
    assertThat(file.figure("dmore", "text, Raw", "mpixel_s").orElseThrow())
        .isCloseTo(1000, within(1e-6));
    assertThat(file.figure("dmore", "text, Raw", "ms_per_mpixel").orElseThrow())
        .isCloseTo(1, within(1e-9));
    assertThat(file.figure("dmore", "text, Raw", "kb_per_mpixel").orElseThrow())
        .isBetween(4000.0, 4001.0);
  }
}
