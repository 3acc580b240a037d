package org.dmore.benchmarks.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;

/** Measures servers in rounds: each once in each round, in another order each time. */
public final class PeersBench {
  private static final long SEED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final PeersPlan plan;
  private final List<Subject> subjects;
  private final Map<Subject, Map<Situation, Samples>> samples = new EnumMap<>(Subject.class);
  private final Map<Subject, Map<Situation, Double>> cpu = new EnumMap<>(Subject.class);

  /**
   * Measures nothing yet.
   *
   * @param subjects each once, with nothing missing
   */
  public PeersBench(PeersPlan plan, List<Subject> subjects) {
    this.plan = plan;
    this.subjects = List.copyOf(subjects);
  }

  /**
   * Measures all.
   *
   * @param progress is told what is measured next
   * @throws IOException if a server fails, or a key event is not answered, or not seen
   */
  public void run(Consumer<String> progress) throws IOException, InterruptedException {
    int step = 0;
    try (Workshop workshop = new Workshop()) {
      for (int round = 0; round < plan.rounds(); round++) {
        List<Subject> order = new ArrayList<>(subjects);
        // Two rotations apart, so that each has other neighbours in time.
        Collections.rotate(order, 2 * round);
        for (Subject subject : order) {
          progress.accept(
              "[%d/%d] %s".formatted(++step, plan.rounds() * subjects.size(), subject.title()));
          measure(subject, workshop, SEED + round);
        }
      }
    }
  }

  private void measure(Subject subject, Workshop workshop, long seed)
      throws IOException, InterruptedException {
    PeerRound measured = new PeerRound(plan, seed);
    try (Peer peer =
        new Peer(subject.title(), workshop.file(subject.name() + "-" + seed + ".log"), PATIENCE)) {
      subject.start(peer, workshop);
      measured.measure(peer, subject.isServer());
    }
    Map<Situation, Samples> all =
        samples.computeIfAbsent(subject, key -> new EnumMap<>(Situation.class));
    measured
        .samples()
        .forEach(
            (situation, some) -> all.computeIfAbsent(situation, key -> new Samples()).addAll(some));
    Map<Situation, Double> seconds =
        cpu.computeIfAbsent(subject, key -> new EnumMap<>(Situation.class));
    measured.cpu().forEach((situation, some) -> seconds.merge(situation, some, Double::sum));
  }

  /** What was measured, situation by situation. */
  public ResultFile result(Machine machine) throws IOException, InterruptedException {
    List<ResultFile.Row> rows = new ArrayList<>();
    for (Situation situation : Situation.values()) {
      for (Subject subject : subjects) {
        Samples some = samples.get(subject).get(situation);
        if (some != null) {
          rows.add(
              ResultFile.Row.of(
                  subject.title(),
                  situation.title(),
                  figures(some, Optional.ofNullable(cpu.get(subject).get(situation)))));
        }
      }
    }
    return new ResultFile("peers", machine, Versions.of(subjects), rows);
  }

  private static Map<String, Double> figures(Samples samples, Optional<Double> cpuSeconds) {
    Samples.Spread spread = samples.spread();
    Map<String, Double> figures = new TreeMap<>();
    figures.put("p50_us", spread.p50());
    figures.put("p90_us", spread.p90());
    figures.put("p99_us", spread.p99());
    figures.put("max_us", spread.max());
    figures.put("mean_us", spread.mean());
    figures.put("measured_keys", (double) samples.count());
    cpuSeconds.ifPresent(
        seconds -> figures.put("cpu_per_1000_keys_s", seconds * 1000 / samples.count()));
    return figures;
  }
}
