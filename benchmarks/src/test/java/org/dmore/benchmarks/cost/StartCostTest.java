package org.dmore.benchmarks.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import org.dmore.benchmarks.report.ResultFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With this JDK and these classes in the place of an image's runtime. */
class StartCostTest {
  @TempDir private Path folder;
  private DomRRuntime made;
  private StartCost cost;

  @BeforeEach
  void layOut() throws IOException {
    Path runtime = folder.resolve("java");
    Path java = Files.createDirectories(runtime.resolve("runtime/bin")).resolve("java");
    String own = System.getProperty("java.home") + "/bin/java";
    Files.writeString(java, "#!/bin/sh\nexec '" + own + "' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        runtime.resolve("options"),
        "-XX:SharedArchiveFile=classes.jsa\n-cp " + System.getProperty("java.class.path") + "\n");
    made = new DomRRuntime(runtime, folder.resolve("work"));
    cost = new StartCost(made);
  }

  @Test
  void consoledStartsAndIsTimed() throws Exception {
    List<ResultFile.Row> rows = cost.measure(2, EnumSet.of(Archive.JDK, Archive.NONE));
    assertThat(rows)
        .extracting(ResultFile.Row::subject)
        .containsExactly("the JDK's class archive", "no class archive");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.figures()).containsEntry("runs", 2.0);
              assertThat(row.figures().get("start_ms"))
                  .isBetween(row.figures().get("start_min_ms"), row.figures().get("start_max_ms"));
              assertThat(row.figures().get("resident_bytes")).isGreaterThan(1e6);
            });
  }

  @Test
  void aConsoleMoreTakesMemoryAndIsServed() throws Exception {
    List<ResultFile.Row> rows = new ConsolesCost(made, Archive.NONE).measure(List.of(1, 3), 1);
    assertThat(rows).extracting(row -> row.figures().get("consoles")).containsExactly(1.0, 3.0);
    double one = rows.get(0).figures().get("resident_bytes");
    assertThat(one).isGreaterThan(10e6);
    assertThat(rows.get(1).figures().get("resident_bytes")).isBetween(one, 3 * one);
    assertThat(rows).allSatisfy(row -> assertThat(row.figures()).containsEntry("runs", 1.0));
  }

  @Test
  void anArchiveThatDoesNotHoldIsAnErrorAndNoFigure() {
    assertThatThrownBy(() -> cost.measure(1, EnumSet.of(Archive.DOM_R)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("consoled with DomR's class archive");
  }
}
