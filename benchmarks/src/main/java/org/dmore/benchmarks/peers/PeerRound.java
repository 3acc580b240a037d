package org.dmore.benchmarks.peers;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmore.benchmarks.rig.KeyClient;

/** All that is measured of one server from its start to its end. */
final class PeerRound {
  private static final int SHORTEST_REST_MICROS = 2000;
  private static final int LONGEST_REST_MICROS = 4000;
  private static final int SHORTEST_PAUSE_MICROS = 5000;
  private static final int LONGEST_PAUSE_MICROS = 60_000;

  /** The key whose press draws, and two pixels of what it draws: the first and the last. */
  private static final int DRAWING_KEY = 'b';

  private static final int LEFT = 320;
  private static final int TOP = 240;
  private static final int LAST = 63;
  private static final int[] COLOURS = {0x2060c0, 0xe0a020};

  private final PeersPlan plan;
  private final Random random;
  private final Map<Situation, Samples> samples = new EnumMap<>(Situation.class);
  private final Map<Situation, Double> cpu = new EnumMap<>(Situation.class);
  private int drawn;

  PeerRound(PeersPlan plan, long seed) {
    this.plan = plan;
    this.random = new Random(seed);
  }

  /** Measures a server that has just been started. */
  void measure(Peer peer, boolean isServer) throws IOException {
    try (KeyClient client =
        isServer ? KeyClient.connectRfb(peer.address()) : KeyClient.connect(peer.address())) {
      Samples ignored = new Samples();
      long end = System.nanoTime() + plan.warmLimit().toNanos();
      for (int i = 0; i < plan.warmKeys() && System.nanoTime() < end; i++) {
        key(peer, client, ignored);
      }
      LockSupport.parkNanos(plan.settling().toNanos());
      double begin = peer.cpuSeconds();
      Samples resting = sampled(Situation.KEY_AT_REST);
      for (int i = 0; i < plan.restingKeys(); i++) {
        rest();
        key(peer, client, resting);
      }
      double rested = peer.cpuSeconds();
      Samples busy = sampled(Situation.KEY_BACK_TO_BACK);
      for (int i = 0; i < plan.busyKeys(); i++) {
        key(peer, client, busy);
      }
      cpu.put(Situation.KEY_AT_REST, rested - begin);
      cpu.put(Situation.KEY_BACK_TO_BACK, peer.cpuSeconds() - rested);
      if (isServer) {
        try (PictureClient picture = new PictureClient(client.socket())) {
          measurePresses(peer, client, picture);
        }
      }
    } catch (IOException e) {
      throw e.getMessage() != null && e.getMessage().startsWith("subject=")
          ? e
          : peer.failed(String.valueOf(e.getMessage()), e);
    }
  }

  /** What was measured. */
  Map<Situation, Samples> samples() {
    return samples;
  }

  /** The server's processor time in each situation, in seconds. */
  Map<Situation, Double> cpu() {
    return cpu;
  }

  private static void key(Peer peer, KeyClient client, Samples into) throws IOException {
    long begin = System.nanoTime();
    client.send();
    peer.awaitAnswer();
    into.add(System.nanoTime() - begin);
  }

  private void measurePresses(Peer peer, KeyClient client, PictureClient picture)
      throws IOException {
    picture.request();
    long end = System.nanoTime() + plan.warmLimit().toNanos();
    Samples ignored = new Samples();
    for (int i = 0; i < plan.warmPresses() && System.nanoTime() < end; i++) {
      press(peer, client, picture, ignored);
    }
    pause(picture, plan.settling());
    Samples presses = sampled(Situation.KEY_TO_PIXEL);
    for (int i = 0; i < plan.presses(); i++) {
      int micros = between(SHORTEST_PAUSE_MICROS, LONGEST_PAUSE_MICROS);
      pause(picture, Duration.of(micros, ChronoUnit.MICROS));
      press(peer, client, picture, presses);
    }
  }

  private void press(Peer peer, KeyClient client, PictureClient picture, Samples into)
      throws IOException {
    int colour = COLOURS[drawn++ % COLOURS.length];
    long begin = System.nanoTime();
    client.send(DRAWING_KEY, true);
    boolean seen = false;
    while (!seen) {
      long left = begin + peer.patience().toNanos() - System.nanoTime();
      if (left <= 0 || !picture.awaitUpdate(left)) {
        throw peer.failed(
            "what a key drew was not seen within " + peer.patience().toMillis() + " ms", null);
      }
      picture.readUpdate();
      long now = System.nanoTime();
      picture.request();
      seen = picture.pixel(LEFT, TOP) == colour && picture.pixel(LEFT + LAST, TOP + LAST) == colour;
      if (seen) {
        into.add(now - begin);
      }
    }
    peer.awaitAnswer();
    client.send(DRAWING_KEY, false);
    peer.awaitAnswer();
  }

  private void rest() {
    int micros = between(SHORTEST_REST_MICROS, LONGEST_REST_MICROS);
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
  }

  /** Lets time pass, and takes updates that nobody waits for. */
  private static void pause(PictureClient picture, Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      if (left < TimeUnit.MILLISECONDS.toNanos(1)) {
        LockSupport.parkNanos(left);
      } else if (picture.awaitUpdate(left)) {
        picture.readUpdate();
        picture.request();
      }
    }
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private Samples sampled(Situation situation) {
    return samples.computeIfAbsent(situation, key -> new Samples());
  }
}
