package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The whole way of a key while the guest draws and other clients follow it. */
public final class WatchedRig implements TripRig {
  private static final long FIRST_UPDATE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Of the changes that are drawn, one in so many must at least come to each client. */
  private static final int FEWEST = 4;

  private final Watching watching;
  private final KeystrokeRig pair;
  private final ScreenPainter painter;
  private final Watchers watchers;
  private long begin;
  private long[] receivedBefore;
  private ProcessorTicks ticksBefore;

  /**
   * What went on beside the keys in some time.
   *
   * @param updates a second that each client received, in the mean
   * @param cpuLeft percent of the machine's processor time that nothing used, other programs
   *     included
   */
  public record Video(double updates, double cpuLeft) {}

  /** Builds it; returns when each client has got an update, and a key can be sent. */
  public WatchedRig(Watching watching) throws IOException, InterruptedException {
    this.watching = watching;
    pair = KeystrokeRig.withScreen(watching.clients() + 1);
    painter = new ScreenPainter(pair.guest(), watching.scenery(), watching.changesPerSecond());
    Watchers connected = null;
    try {
      connected = new Watchers(pair.address(), watching.clients());
      awaitUpdates(connected);
    } catch (IOException | RuntimeException | InterruptedException e) {
      painter.close();
      if (connected != null) {
        connected.close();
      }
      pair.close();
      throw e;
    }
    watchers = connected;
    begin();
  }

  /** The client that types. */
  @Override
  public KeyClient client() {
    return pair.client();
  }

  /** The guest's end: counts keys. */
  @Override
  public KeyCount keys() {
    return pair.keys();
  }

  /** From now on {@link #requireVideo} counts. */
  public void begin() {
    begin = System.nanoTime();
    receivedBefore = watchers.received();
    ticksBefore = ProcessorTicks.now();
  }

  /**
   * Tells what went on since {@link #begin}, and makes sure that each client received video: an
   * update for at least every fourth change that was to be drawn.
   *
   * @throws IllegalStateException if one did not
   */
  public Video requireVideo() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuLeft = ProcessorTicks.now().idlePercentSince(ticksBefore);
    long fewest = (long) (seconds * watching.changesPerSecond() / FEWEST);
    if (watchers.failure().isPresent()) {
      throw new IllegalStateException("the clients stopped", watchers.failure().get());
    }
    long[] came = updates();
    for (int i = 0; i < came.length; i++) {
      if (came[i] < fewest) {
        throw new IllegalStateException(
            "client=%d updates=%d in %.1f s are less than %d: it was not sent the video"
                .formatted(i, came[i], seconds, fewest));
      }
    }
    return new Video(Arrays.stream(came).sum() / seconds / came.length, cpuLeft);
  }

  /** Updates since {@link #begin} of the client that received the fewest. */
  long fewestUpdates() {
    return Arrays.stream(updates()).min().orElseThrow();
  }

  /** Each client's updates since {@link #begin}. */
  private long[] updates() {
    long[] received = watchers.received();
    for (int i = 0; i < received.length; i++) {
      received[i] -= receivedBefore[i];
    }
    return received;
  }

  /** Stops drawing, for tests. */
  void stopDrawing() {
    painter.close();
  }

  @Override
  public void close() throws IOException {
    painter.close();
    try {
      watchers.close();
    } finally {
      pair.close();
    }
  }

  /** The first is what was there when they came. */
  private static void awaitUpdates(Watchers watchers) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + FIRST_UPDATE_NANOS;
    while (Arrays.stream(watchers.received()).min().orElse(0) < 2) {
      if (watchers.failure().isPresent()) {
        throw watchers.failure().get();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the clients were sent no update within 20 s");
      }
      Thread.sleep(1);
    }
  }
}
