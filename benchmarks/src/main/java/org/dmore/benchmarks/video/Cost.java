package org.dmore.benchmarks.video;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.benchmarks.report.NearestRank;

/** What a sequence in an encoding cost a server, over any number of passes. Used by one thread. */
final class Cost {
  private static final double BYTES_PER_PIXEL = 4;

  private final List<Double> firstUpdates = new ArrayList<>();
  private long frames;
  private double megapixels;
  private double seconds;
  private double serverSeconds;
  private double applicationSeconds;
  private double compilerSeconds;
  private long updates;
  private long bytes;
  private long resentBytes;
  private long askedAgain;

  /** Adds a connection's time from its first request to the end of its update. */
  void addFirstUpdate(double millis) {
    firstUpdates.add(millis);
  }

  /** Adds a pass, and how long its frames took. */
  void addPass(Clip clip, double passSeconds) {
    frames += clip.frames();
    megapixels += clip.megapixels();
    seconds += passSeconds;
  }

  /**
   * Adds processor time of some passes, in seconds.
   *
   * @param compiler of the server's
   */
  void addCpu(double server, double application, double compiler) {
    serverSeconds += server;
    applicationSeconds += application;
    compilerSeconds += compiler;
  }

  /** Adds what a client received in some passes. */
  void addReceived(NullClient.Received before, NullClient.Received after) {
    updates += after.updates() - before.updates();
    bytes += after.bytes() - before.bytes();
    resentBytes += after.resentBytes() - before.resentBytes();
    askedAgain += after.askedAgain() - before.askedAgain();
  }

  /** The figures of a row. */
  Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("bytes_per_frame", bytes / (double) frames);
    figures.put("kb_per_mpixel", bytes / 1e3 / megapixels);
    figures.put("of_raw_percent", 100 * bytes / (megapixels * 1e6 * BYTES_PER_PIXEL));
    figures.put("resent_bytes_per_frame", resentBytes / (double) frames);
    figures.put("updates_per_frame", updates / (double) frames);
    figures.put("first_update_ms", NearestRank.of(firstUpdates, 50));
    figures.put("cpu_s_per_mpixel", serverSeconds / megapixels);
    figures.put("app_cpu_s_per_mpixel", applicationSeconds / megapixels);
    figures.put("compiler_cpu_s_per_mpixel", compilerSeconds / megapixels);
    figures.put("frames_per_s", frames / seconds);
    figures.put("measured_frames", (double) frames);
    figures.put("asked_again", (double) askedAgain);
    return figures;
  }
}
