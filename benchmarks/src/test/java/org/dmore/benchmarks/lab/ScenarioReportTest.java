package org.dmore.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioReportTest {
  @TempDir private Path folder;
  private final StringWriter text = new StringWriter();
  private ScenarioReport report;

  @BeforeEach
  void begin() {
    report = new ScenarioReport(new PrintWriter(text), folder.resolve("kept"));
  }

  @Test
  void countsAndShowsWhatWasExpectedAndSeen() {
    assertThat(report.check("keys", 2000, 2000)).isTrue();
    assertThat(report.check("doubled", 0, 3)).isFalse();
    assertThat(report.check("stall", true, "at most 9 s", "4 s")).isTrue();
    assertThat(report.passed()).isEqualTo(2);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(text.toString().lines())
        .containsExactly(
            "[   0 s] pass keys: 2000",
            "[   0 s] FAIL doubled: expected=0 seen=3",
            "[   0 s] pass stall: 4 s");
  }

  @Test
  void keepsFilesInItsFolderAlone() throws IOException {
    assertThat(report.keep("screen.png", new byte[] {1, 2})).hasBinaryContent(new byte[] {1, 2});
    assertThat(folder.resolve("kept/screen.png")).exists();
    assertThatThrownBy(() -> report.keep("../up.png", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
