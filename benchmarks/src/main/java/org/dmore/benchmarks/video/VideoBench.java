package org.dmore.benchmarks.video;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dmore.benchmarks.peers.Peer;
import org.dmore.benchmarks.peers.Versions;
import org.dmore.benchmarks.peers.Workshop;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;

/** Measures servers in rounds: each once in each round, in another order each time. */
public final class VideoBench {
  /** Beyond the patience with a frame. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final VideoPlan plan;
  private final List<Server> servers;
  private final Map<Server, Map<Cell, Cost>> costs = new EnumMap<>(Server.class);

  /**
   * Measures nothing yet.
   *
   * @param servers each once, with nothing missing
   */
  public VideoBench(VideoPlan plan, List<Server> servers) {
    this.plan = plan;
    this.servers = List.copyOf(servers);
  }

  /**
   * Measures all.
   *
   * @param progress is told what is measured next
   * @throws IOException if a server fails, or a frame does not arrive as it is
   */
  public void run(Consumer<String> progress) throws IOException, InterruptedException {
    try (Workshop workshop = new Workshop()) {
      progress.accept("painting frames");
      FrameFile frames = FrameFile.write(workshop.file("frames"), plan.sequences(), plan.frames());
      Path client = workshop.program("video-client", "-lvncclient");
      servers.forEach(server -> costs.put(server, cells(frames)));
      int step = 0;
      for (int round = 0; round < plan.rounds(); round++) {
        List<Server> order = new ArrayList<>(servers);
        Collections.rotate(order, round);
        for (Server server : order) {
          progress.accept(
              "[%d/%d] %s".formatted(++step, plan.rounds() * servers.size(), server.title()));
          Path log = workshop.file(server.name() + "-" + round + ".log");
          try (Peer peer = new Peer(server.title(), log, plan.patience().plus(GRACE))) {
            Stage stage = server.start(peer, workshop, frames.path());
            // A request that dmore has forgotten is an error, and not one of the figures.
            Duration askAgain =
                server == Server.DMORE ? plan.patience() : plan.patience().dividedBy(2);
            new VideoRound(plan, client, frames.path(), askAgain).measure(stage, costs.get(server));
          }
        }
      }
    }
  }

  /** Each sequence in each encoding, in this order. */
  static Map<Cell, Cost> cells(FrameFile frames) {
    Map<Cell, Cost> cells = new LinkedHashMap<>();
    for (Clip clip : frames.clips()) {
      for (Encoding encoding : Encoding.values()) {
        cells.put(new Cell(clip, encoding), new Cost());
      }
    }
    return cells;
  }

  /** What was measured, situation by situation. */
  public ResultFile result(Machine machine) throws IOException, InterruptedException {
    List<ResultFile.Row> rows = new ArrayList<>();
    for (Cell cell : costs.get(servers.get(0)).keySet()) {
      for (Server server : servers) {
        rows.add(
            ResultFile.Row.of(
                server.title(), cell.situation(), costs.get(server).get(cell).figures()));
      }
    }
    return new ResultFile(
        "video", machine, Versions.of(servers.stream().map(Server::subject).toList()), rows);
  }
}
