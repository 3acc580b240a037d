package org.dmore.benchmarks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.benchmarks.frames.FrameSequence;
import org.dmore.benchmarks.peers.BenchTests;
import org.dmore.benchmarks.peers.Peer;
import org.dmore.benchmarks.peers.Workshop;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that show frames, from their start to their end. */
class VideoBenchTest {
  private static final int FRAMES = 3;

  private static VideoPlan few(Duration patience, FrameSequence... sequences) {
    return new VideoPlan(
        1, List.of(sequences), FRAMES, Duration.ZERO, Duration.ZERO, 2, 0, Duration.ZERO, patience);
  }

  @Test
  void eachFrameArrivesInEachEncoding() throws Exception {
    BenchTests.requireNothingOf(Server.LIBVNCSERVER.missing());
    Set<Long> before = BenchTests.children();
    VideoPlan plan = few(Duration.ofSeconds(20), FrameSequence.TERMINAL, FrameSequence.VIDEO);
    VideoBench bench = new VideoBench(plan, List.of(Server.DMORE, Server.LIBVNCSERVER));
    List<String> steps = new ArrayList<>();

    bench.run(steps::add);

    assertThat(steps).containsExactly("painting frames", "[1/2] dmore", "[2/2] libvncserver");
    ResultFile result = bench.result(Machine.here("test"));
    assertThat(result.rows())
        .hasSize(2 * 3 * 2)
        .extracting(ResultFile.Row::situation)
        .contains("terminal, Tight", "terminal, ZRLE", "video, Tight quality 6");
    assertThat(result.rows())
        .allSatisfy(
            row -> {
              Map<String, Double> figures = row.figures();
              assertThat(figures.get("measured_frames")).isEqualTo(FRAMES);
              assertThat(figures.get("updates_per_frame")).isGreaterThanOrEqualTo(1);
              assertThat(figures.get("bytes_per_frame")).isGreaterThan(50);
              assertThat(figures.get("of_raw_percent")).isBetween(0.01, 101.0);
              assertThat(figures.get("first_update_ms")).isPositive();
              assertThat(figures.get("app_cpu_s_per_mpixel")).isPositive();
              assertThat(figures.values()).allMatch(Double::isFinite);
              assertThat(figures.get("compiler_cpu_s_per_mpixel") > 0)
                  .as("%s has a compiler", row.subject())
                  .isEqualTo(row.subject().equals("dmore"));
            });
    assertThat(result.versions()).containsKeys("dmore", "libvncserver");
    assertThat(BenchTests.children()).as("processes that were left").isEqualTo(before);
  }

  @Test
  void anXServerShowsThemToo() throws Exception {
    BenchTests.requireNothingOf(Server.XVNC.missing());
    VideoPlan plan = few(Duration.ofSeconds(20), FrameSequence.TERMINAL);
    VideoBench bench = new VideoBench(plan, List.of(Server.XVNC));

    bench.run(step -> {});

    assertThat(bench.result(Machine.here("test")).rows())
        .hasSize(3)
        .allMatch(row -> row.figures().get("measured_frames") == FRAMES);
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void aFrameThatArrivesWithOtherPixelsIsAnErrorThatNamesIt(Encoding encoding) throws Exception {
    BenchTests.requireNothingOf(Server.LIBVNCSERVER.missing());
    try (Workshop workshop = new Workshop()) {
      FrameFile frames =
          FrameFile.write(workshop.file("frames"), List.of(FrameSequence.TERMINAL), FRAMES);
      Clip clip = frames.clips().get(0);
      Rectangle damage = clip.damage().get(1);
      Path expected = spoilt(frames.path(), 1, damage.x(), damage.y());
      Map<Cell, Cost> cell = Map.of(new Cell(clip, encoding), new Cost());
      VideoPlan plan = few(Duration.ofMillis(500), FrameSequence.TERMINAL);
      Path client = workshop.program("video-client", "-lvncclient");
      try (Peer peer = new Peer("libvncserver", workshop.file("log"), Duration.ofSeconds(20))) {
        Stage stage = Server.LIBVNCSERVER.start(peer, workshop, frames.path());

        VideoRound round = new VideoRound(plan, client, expected, Duration.ofMillis(100));
        assertThatThrownBy(() -> round.measure(stage, cell))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(
                "subject=libvncserver: sequence=terminal encoding=%s frame=1: did not arrive whole"
                    .formatted(encoding.title()))
            .hasMessageContaining("wrong x=%d y=%d is ".formatted(damage.x(), damage.y()))
            .hasMessageContaining("expected 4060ff");
      }
    }
  }

  /** Makes a copy in which a square of one frame has another colour. */
  private static Path spoilt(Path frames, int number, int left, int top) throws IOException {
    Path copy = Files.copy(frames, frames.resolveSibling("spoilt"));
    byte[] row = new byte[8 * Integer.BYTES];
    for (int i = 0; i < row.length; i += Integer.BYTES) {
      row[i] = (byte) 0xff;
      row[i + 1] = 0x60;
      row[i + 2] = 0x40;
    }
    try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
      for (int y = top; y < top + 8; y++) {
        long pixel = ((long) number * Frame.HEIGHT + y) * Frame.WIDTH + left;
        file.seek(pixel * Integer.BYTES);
        file.write(row);
      }
    }
    return copy;
  }
}
