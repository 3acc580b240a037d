package org.dmore.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VideoReportTest {
  private static ResultFile.Row row(String subject, String situation, double bytes, double cpu) {
    return ResultFile.Row.of(
        subject,
        situation,
        Map.ofEntries(
            Map.entry("bytes_per_frame", bytes),
            Map.entry("kb_per_mpixel", 21.5),
            Map.entry("of_raw_percent", 0.54),
            Map.entry("resent_bytes_per_frame", 0.0),
            Map.entry("updates_per_frame", 1.0),
            Map.entry("first_update_ms", 12.34),
            Map.entry("cpu_s_per_mpixel", cpu),
            Map.entry("compiler_cpu_s_per_mpixel", 0.00017),
            Map.entry("app_cpu_s_per_mpixel", 0.0005),
            Map.entry("frames_per_s", 60.2),
            Map.entry("measured_frames", 240.0),
            Map.entry("asked_again", subject.equals("libvncserver") ? 2.0 : 0.0)));
  }

  private static String report(ResultFile.Row... rows) {
    return new VideoReport(
            new ResultFile(
                "video",
                Machine.here("dmore bench video"),
                new TreeMap<>(Map.of("Xvnc", "1.12.0")),
                List.of(rows)))
        .markdown();
  }

  @Test
  void aRowHasItsFigures() {
    assertThat(report(row("Xvnc", "video, ZRLE", 12_345, 0.00321)))
        .containsPattern(
            "\\| video, ZRLE +\\| +Xvnc \\| +12\\.3 \\| +21\\.5 \\| +0\\.54 \\| +0 \\| +1\\.00 \\|"
                + " +12\\.3 \\| +3\\.21 \\| +0\\.17 \\| +0\\.50 \\| +60 \\|")
        .contains("- Xvnc: 1.12.0\n", "- command: `dmore bench video`")
        .doesNotContain("met in");
  }

  @Test
  void whatHadToBeAskedForAgainIsSaid() {
    assertThat(report(row("Xvnc", "video, ZRLE", 1, 1), row("libvncserver", "video, ZRLE", 1, 1)))
        .contains("- libvncserver, video, ZRLE: of 240 frames 2 came only after a second request")
        .doesNotContain("- Xvnc, video, ZRLE");
  }

  @Test
  void aGoalSaysInWhichSituationsItWasMissed() {
    assertThat(
            report(
                row("dmore", "video, ZRLE", 100, 0.002),
                row("Xvnc", "video, ZRLE", 100, 0.001),
                row("dmore", "terminal, Tight", 100, 0.001),
                row("Xvnc", "terminal, Tight", 200, 0.001)))
        .contains(
            """
            - met in 2 of 2: video: bytes_per_frame of "dmore", "each situation", at most that of Xvnc
            - met in 1 of 2: video: cpu_s_per_mpixel of "dmore", "each situation", at most that of Xvnc
              - missed: video, ZRLE: 0.002, at most 0.001
            """)
        .doesNotContain("libvncserver");
  }
}
