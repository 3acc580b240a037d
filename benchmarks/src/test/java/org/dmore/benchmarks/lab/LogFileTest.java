package org.dmore.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path folder;
  private Path file;
  private LogFile log;

  @BeforeEach
  void open() {
    file = folder.resolve("guest.log");
    log = new LogFile(file);
  }

  @Test
  void isEmptyBeforeItIsThere() throws IOException {
    assertThat(log.size()).isZero();
    assertThat(log.text()).isEmpty();
    assertThat(log.linesFrom(0)).isEmpty();
  }

  @Test
  void givesWholeLinesAfterAMark() throws IOException {
    Files.writeString(file, "one\n");
    long mark = log.size();
    Files.writeString(file, "two\nthree\nhal", StandardOpenOption.APPEND);
    assertThat(log.linesFrom(mark)).containsExactly("two", "three");
    assertThat(log.textFrom(mark)).isEqualTo("two\nthree\nhal");
  }

  @Test
  void waitsForWhatIsWrittenLater() throws Exception {
    Files.writeString(file, "ready id=1\n");
    long mark = log.size();
    CompletableFuture<String> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return log.await(mark, Pattern.compile("ready id=(\\d+)"), Duration.ofSeconds(30))
                    .group(1);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Files.writeString(file, "ready id=2\n", StandardOpenOption.APPEND);
    assertThat(waiting.get()).isEqualTo("2");
  }

  @Test
  void showsItsEndWhenNothingComes() throws IOException {
    Files.writeString(file, "first\nKernel panic\n");
    assertThatThrownBy(() -> log.await(0, Pattern.compile("ready"), Duration.ofMillis(10)))
        .isInstanceOf(LabException.class)
        .hasMessageContainingAll("guest.log", "'ready'", "  Kernel panic");
  }
}
