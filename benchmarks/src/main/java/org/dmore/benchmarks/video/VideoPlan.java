package org.dmore.benchmarks.video;

import java.time.Duration;
import java.util.List;
import org.dmore.benchmarks.frames.FrameSequence;

/**
 * How much is measured. Each round starts each server anew; its figures are added to those of the
 * other rounds.
 *
 * @param rounds how often each server is started
 * @param sequences that are shown
 * @param frames of each sequence
 * @param warm how long each sequence is shown in each encoding before anything is counted, or one
 *     pass if that takes longer
 * @param settling time after that in which nothing is done, so that a JVM's compiler ends what it
 *     has begun
 * @param connections that each figure of the first update is from, each time
 * @param enoughCpu seconds of the server's processor time after which a sequence is not shown
 *     again, each time
 * @param enoughTime the same of time, whichever is over first
 * @param patience how long a frame may take
 */
public record VideoPlan(
    int rounds,
    List<FrameSequence> sequences,
    int frames,
    Duration warm,
    Duration settling,
    int connections,
    double enoughCpu,
    Duration enoughTime,
    Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Copies. */
  public VideoPlan {
    sequences = List.copyOf(sequences);
  }

  /** For figures that are kept. */
  public static VideoPlan full() {
    return new VideoPlan(
        3,
        List.of(FrameSequence.values()),
        24,
        Duration.ofMillis(3000),
        Duration.ofSeconds(1),
        3,
        1.0,
        Duration.ofMillis(1500),
        PATIENCE);
  }

  /** For a look. */
  public static VideoPlan quick() {
    return new VideoPlan(
        1,
        List.of(FrameSequence.values()),
        8,
        Duration.ofMillis(200),
        Duration.ofMillis(200),
        1,
        0.3,
        Duration.ofMillis(300),
        PATIENCE);
  }
}
