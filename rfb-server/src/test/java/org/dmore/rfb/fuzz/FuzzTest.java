package org.dmore.rfb.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every build's share of fuzzing: all seeds, and some seconds of what comes of them. */
@Timeout(120)
class FuzzTest {
  private static final Path SEEDS = Path.of("src/test/resources/fuzz");
  private static final Path WORK = Path.of("target/fuzz");
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("dmore.fuzz.seconds", 15));

  @ParameterizedTest
  @EnumSource
  void theSeedsFindNothing(FuzzTarget target) throws IOException {
    List<Path> seeds = seeds(target);
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      byte[] input = Files.readAllBytes(seed);
      assertThatCode(() -> target.run(input)).as(seed.toString()).doesNotThrowAnyException();
    }
  }

  @Test
  void secondsOfFuzzingFindNothing(@TempDir Path seeds) throws Exception {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(system.equals("Linux amd64"), "the fuzzer's library is not made for " + system);
    Path all = Files.createDirectories(seeds.resolve("all"));
    for (FuzzTarget target : FuzzTarget.values()) {
      for (Path seed : seeds(target)) {
        Files.write(
            all.resolve(target.label() + "-" + seed.getFileName()),
            AllFuzz.input(target, Files.readAllBytes(seed)));
      }
    }
    Jazzer jazzer = new Jazzer(System.getProperty("java.class.path"), seeds, WORK.toAbsolutePath());
    Jazzer.Outcome outcome = jazzer.fuzz(AllFuzz.class, "all", TIME, line -> {});
    assertThat(outcome.reproducer())
        .as(
            () ->
                "the file's first byte names the target (%s), the rest is its input\n%s"
                    .formatted(
                        Arrays.toString(FuzzTarget.values()), String.join("\n", outcome.output())))
        .isEmpty();
    assertThat(outcome.inputs()).isGreaterThan(0);
    assertThat(outcome.coverage()).isGreaterThan(1000);
  }

  private static List<Path> seeds(FuzzTarget target) throws IOException {
    try (Stream<Path> files = Files.list(SEEDS.resolve(target.label()))) {
      return files.sorted().toList();
    }
  }
}
