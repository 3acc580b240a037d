package org.dmore.rfb.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every build's share of fuzzing: all seeds, and some seconds of what comes of them. */
@Timeout(120)
class FuzzTest {
  private static final Path SEEDS = Path.of("src/test/resources/fuzz");
  private static final Path WORK = Path.of("target/fuzz");
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("dmore.fuzz.seconds", 3));

  @ParameterizedTest
  @EnumSource
  void theSeedsFindNothing(FuzzTarget target) throws IOException {
    List<Path> seeds;
    try (Stream<Path> files = Files.list(SEEDS.resolve(target.label()))) {
      seeds = files.sorted().toList();
    }
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      byte[] input = Files.readAllBytes(seed);
      assertThatCode(() -> target.run(input)).as(seed.toString()).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource
  void secondsOfFuzzingFindNothing(FuzzTarget target) throws Exception {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(system.equals("Linux amd64"), "the fuzzer's library is not made for " + system);
    Jazzer jazzer = new Jazzer(System.getProperty("java.class.path"), SEEDS, WORK.toAbsolutePath());
    Jazzer.Outcome outcome = jazzer.fuzz(target, TIME, line -> {});
    assertThat(outcome.reproducer()).as(() -> String.join("\n", outcome.output())).isEmpty();
    assertThat(outcome.inputs()).isGreaterThan(0);
    assertThat(outcome.coverage()).isGreaterThan(100);
  }
}
