package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final ResultFile RESULT =
      new ResultFile(
          "peers",
          Machine.here("dmore bench peers"),
          new TreeMap<>(Map.of("Xvnc", "1.12.0")),
          List.of(
              ResultFile.Row.of("dmore", "key", Map.of("p50_us", 12.5)),
              ResultFile.Row.of("Xvnc", "key", Map.of("p50_us", 99.0))));

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Path file = folder.resolve("peers.json");
    RESULT.write(file);
    assertThat(ResultFile.read(file)).isEqualTo(RESULT);
    assertThat(Files.readString(file)).contains("\"p50_us\" : 12.5");
  }

  @Test
  void aFigureIsFoundBySubjectSituationAndName() {
    assertThat(RESULT.figure("Xvnc", "key", "p50_us")).contains(99.0);
    assertThat(RESULT.figure("Xvnc", "key", "p99_us")).isEmpty();
    assertThat(RESULT.figure("Xvnc", "pixel", "p50_us")).isEmpty();
  }

  @Test
  void aFileOfSomethingElseIsRefusedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("jmh.json"), "[{\"benchmark\": 1}]");
    assertThatThrownBy(() -> ResultFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("jmh.json is no result of a benchmark");
    Path half = Files.writeString(folder.resolve("half.json"), "{\"benchmark\": \"peers\"}");
    assertThatThrownBy(() -> ResultFile.read(half)).isInstanceOf(IOException.class);
  }
}
