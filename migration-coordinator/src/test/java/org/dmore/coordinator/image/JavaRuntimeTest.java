package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaRuntimeTest {
  @TempDir Path folder;

  @Test
  void aRuntimeRunsWithItsArchiveWhereverItIsPut() throws Exception {
    List<String> steps = new ArrayList<>();
    JavaRuntime runtime = JavaRuntime.builder(steps::add).build(folder.resolve("cache"));
    Path moved = Files.move(runtime.folder(), folder.resolve("moved"));
    ExternalProgram java =
        new ExternalProgram(moved.resolve("runtime/bin/java").toString(), "jlink makes it");

    assertThat(java.run(moved, "--list-modules").lines())
        .singleElement()
        .asString()
        .startsWith("java.base");
    // With "on", a JVM that refuses the archive ends.
    ExternalProgram.Outcome outcome = java.tryRun(moved, "-Xshare:on", "@options", "-version");
    assertThat(outcome.status()).as(outcome.complaint()).isZero();
    assertThat(steps).anyMatch(step -> step.startsWith("linking a Java"));
  }

  @Test
  void aModuleThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> JavaRuntime.builder(Progress.none()).modules("no.such").build(folder))
        .hasMessageContaining("no.such");
    assertThat(folder).isEmptyDirectory();
  }
}
