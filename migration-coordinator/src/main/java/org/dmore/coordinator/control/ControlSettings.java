package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.pair.MigrationSettings;

/**
 * The bounds of a hostd's part in the control plane; every wait has one.
 *
 * @param migration the bounds of a move
 * @param presenceTtl how long others still think that a hostd lives which has died
 * @param leaderTtl how long others wait before they take up a move whose leader has died
 * @param journalPatience how long a move waits for a store that does not answer, before it fails
 *     and is undone; shorter than {@code leaderTtl} by a fifth, beyond which it is not its leader's
 * @param turnPatience how long a move that is to begin waits for others that begin
 * @param answer how long a console may take to answer, and a pair to be free for a command
 * @param look how often it is looked what there is to do: moves without leaders, drains, consoles
 * @param refresh how often the host's record is written
 * @param retry between two attempts at what did not work: a recovery, the end of a move in a store
 *     that does not answer; a recovery's pauses double from here to a minute
 * @param closing how long the end of hostd waits for its moves to stop
 * @param drainParallelism how many pairs a drain moves at once if it is not said
 * @param rememberedMigrations how many moves that have ended are remembered
 * @param maxVms how many VMs the host may have, if nobody has said
 * @param labels the host's labels, if nobody has said
 */
public record ControlSettings(
    MigrationSettings migration,
    Duration presenceTtl,
    Duration leaderTtl,
    Duration journalPatience,
    Duration turnPatience,
    Duration answer,
    Duration look,
    Duration refresh,
    Duration retry,
    Duration closing,
    int drainParallelism,
    int rememberedMigrations,
    int maxVms,
    Map<String, String> labels) {

  /** Others wait 10 s for who has died; looks once a second; remembers 1,000 moves. */
  public static final ControlSettings DEFAULT =
      new ControlSettings(
          MigrationSettings.DEFAULT,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(6),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          2,
          1_000,
          64,
          Map.of());

  /** Says of everything that cannot be, at once. */
  public ControlSettings {
    labels = Map.copyOf(labels);
    List<String> problems = new ArrayList<>();
    Map<String, Duration> waits = new LinkedHashMap<>();
    waits.put("presenceTtl", presenceTtl);
    waits.put("leaderTtl", leaderTtl);
    waits.put("journalPatience", journalPatience);
    waits.put("turnPatience", turnPatience);
    waits.put("answer", answer);
    waits.put("look", look);
    waits.put("refresh", refresh);
    waits.put("retry", retry);
    waits.put("closing", closing);
    waits.forEach(
        (name, wait) -> {
          if (wait.isNegative() || wait.isZero()) {
            problems.add(name + "=" + wait + " is no time");
          }
        });
    if (journalPatience.compareTo(leaderTtl.multipliedBy(4).dividedBy(5)) > 0) {
      problems.add(
          "journalPatience=%s is more than four fifths of leaderTtl=%s"
              .formatted(journalPatience, leaderTtl));
    }
    if (drainParallelism < 1 || drainParallelism > RequestRules.MAX_PARALLELISM) {
      problems.add("drainParallelism=" + drainParallelism + " is not in 1..16");
    }
    if (rememberedMigrations < 1) {
      problems.add("rememberedMigrations=" + rememberedMigrations + " must be 1 or more");
    }
    if (maxVms < 1) {
      problems.add("maxVms=" + maxVms + " must be 1 or more");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("control: " + String.join("; ", problems));
    }
  }

  /** The same with other bounds of a move. */
  public ControlSettings withMigration(MigrationSettings bounds) {
    return new ControlSettings(
        bounds,
        presenceTtl,
        leaderTtl,
        journalPatience,
        turnPatience,
        answer,
        look,
        refresh,
        retry,
        closing,
        drainParallelism,
        rememberedMigrations,
        maxVms,
        labels);
  }

  /** The same with other times until others take over; the journal's patience goes with them. */
  public ControlSettings withLeases(Duration presence, Duration leader) {
    return new ControlSettings(
        migration,
        presence,
        leader,
        leader.multipliedBy(3).dividedBy(5),
        turnPatience,
        answer,
        look,
        refresh,
        retry,
        closing,
        drainParallelism,
        rememberedMigrations,
        maxVms,
        labels);
  }

  /** The same with another time between two looks at what there is to do. */
  public ControlSettings withLook(Duration time) {
    return new ControlSettings(
        migration,
        presenceTtl,
        leaderTtl,
        journalPatience,
        turnPatience,
        answer,
        time,
        refresh,
        retry,
        closing,
        drainParallelism,
        rememberedMigrations,
        maxVms,
        labels);
  }

  /** The same with other labels and another number of VMs. */
  public ControlSettings withCapacity(int vms, Map<String, String> hostLabels) {
    return new ControlSettings(
        migration,
        presenceTtl,
        leaderTtl,
        journalPatience,
        turnPatience,
        answer,
        look,
        refresh,
        retry,
        closing,
        drainParallelism,
        rememberedMigrations,
        vms,
        hostLabels);
  }
}
