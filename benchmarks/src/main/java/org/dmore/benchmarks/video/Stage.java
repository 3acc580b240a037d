package org.dmore.benchmarks.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.dmore.benchmarks.peers.Peer;
import org.dmore.rfb.protocol.Rectangle;

/** A server that runs, and the application that shows frames on it. Used by one thread. */
final class Stage {
  /** What HotSpot calls its compilers' threads, as Linux cuts it. */
  private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

  private static final String SHOWN = "shown ";

  private final Peer peer;
  private final Process server;
  private final Process application;
  private double applicationSeconds;

  /**
   * Wraps processes that run.
   *
   * @param server the same as the application where that is a thread of it, or a function
   */
  Stage(Peer peer, Process server, Process application) {
    this.peer = peer;
    this.server = server;
    this.application = application;
  }

  Peer peer() {
    return peer;
  }

  /** Shows an area of a frame; returns when the server has been told. */
  void show(int frame, Rectangle area) throws IOException {
    String answer =
        peer.ask(
            application,
            "show %d %d %d %d %d"
                .formatted(frame, area.x(), area.y(), area.width(), area.height()));
    if (!answer.startsWith(SHOWN)) {
      throw peer.failed("it said '" + answer + "' instead of showing a frame", null);
    }
    applicationSeconds = Long.parseLong(answer.substring(SHOWN.length())) / 1e9;
  }

  /** Processor time of the application so far, in seconds. */
  double applicationSeconds() {
    return applicationSeconds;
  }

  /** Processor time of the server so far without the application's, in seconds. */
  double serverSeconds(NullClient client) throws IOException {
    double all = client.cpuSeconds(server);
    return server.equals(application) ? all - applicationSeconds : all;
  }

  /**
   * Of the server's processor time so far that of a JVM's compilers, in seconds; 0 for what is not
   * a JVM.
   */
  double compilerSeconds() throws IOException {
    double nanos = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + server.pid() + "/task"))) {
      for (Path thread : threads) {
        if (COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt()) {
          String[] times = Files.readString(thread.resolve("schedstat")).split(" ", 2);
          nanos += Long.parseLong(times[0]);
        }
      }
    }
    return nanos / 1e9;
  }
}
