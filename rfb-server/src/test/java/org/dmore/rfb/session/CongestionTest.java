package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CongestionTest {
  private static final long MILLIS = 1_000_000;

  private final Congestion congestion = new Congestion();

  /** A line of some bytes a second and some time each way, in time of its own. */
  private final class Line {
    private final Deque<long[]> pongs = new ArrayDeque<>();
    private long bytesPerSecond;
    private long roundTrip;
    private long now;
    private long busyUntil;
    private long delivered;

    Line(long bytesPerSecond, long roundTripMillis) {
      this.bytesPerSecond = bytesPerSecond;
      this.roundTrip = roundTripMillis * MILLIS;
    }

    /** Sends frames of 4 KiB as fast as is allowed. */
    void runFor(long millis) {
      long end = now + millis * MILLIS;
      while (now < end) {
        while (!congestion.isFull()) {
          send(4096);
        }
        long[] pong = pongs.poll();
        now = Math.max(now, pong[1]);
        congestion.pong((int) pong[0], now);
      }
    }

    void send(int bytes) {
      congestion.sent(bytes);
      busyUntil = Math.max(busyUntil, now) + 1000L * MILLIS * bytes / bytesPerSecond;
      delivered += bytes;
      if (congestion.isPingDue(false)) {
        pongs.add(new long[] {congestion.ping(now), busyUntil + roundTrip});
      }
    }

    long queueMillis() {
      return Math.max(0, busyUntil - now) / MILLIS;
    }
  }

  @ParameterizedTest
  @CsvSource({"100000,1", "100000,50", "1000000,20", "10000000,100", "100000000,1", "50000,300"})
  void fillsALineAndQueuesLittle(long bytesPerSecond, long roundTripMillis) {
    Line line = new Line(bytesPerSecond, roundTripMillis);
    // The first pong tells the line's own round trip.
    congestion.sent(100);
    congestion.pong(congestion.ping(0), roundTripMillis * MILLIS);
    line.runFor(5_000);
    long before = line.delivered;
    line.runFor(10_000);
    assertThat(line.delivered - before)
        .as("bytes of the line's")
        .isGreaterThan(bytesPerSecond * 10 * 6 / 10);
    long queued = congestion.inFlight() * 1000 / bytesPerSecond - roundTripMillis;
    // Two frames of 4 KiB, and what is no long queue for a line of that length.
    assertThat(queued)
        .as("ms of queue")
        .isLessThan(2 * 4096 * 1000 / bytesPerSecond + 50 + roundTripMillis);
  }

  @Test
  void aLineThatGetsSlowerIsGivenLess() {
    Line line = new Line(10_000_000, 20);
    congestion.sent(100);
    congestion.pong(congestion.ping(0), 20 * MILLIS);
    line.runFor(3_000);
    assertThat(congestion.window()).isGreaterThan(150_000);
    line.bytesPerSecond = 200_000;
    line.runFor(5_000);
    assertThat(line.queueMillis()).isLessThan(100);
  }

  @Test
  void aLongerWayIsLearnt() {
    Line line = new Line(10_000_000, 1);
    congestion.sent(100);
    congestion.pong(congestion.ping(0), MILLIS);
    line.runFor(3_000);
    line.roundTrip = 80 * MILLIS;
    line.runFor(60_000);
    long before = line.delivered;
    line.runFor(10_000);
    assertThat(line.delivered - before).isGreaterThan(10_000_000L * 10 * 5 / 10);
  }

  @Test
  void aClientThatHasNeverAnsweredIsNotHeldBack() {
    congestion.ping(0);
    congestion.sent(10 << 20);
    assertThat(congestion.isFull()).isFalse();
  }

  @Test
  void anAnswerToNothingIsPassedOver() {
    congestion.sent(100_000);
    int ping = congestion.ping(0);
    congestion.pong(ping + 1, 1);
    congestion.pong(-7, 1);
    assertThat(congestion.inFlight()).isEqualTo(100_000);
    congestion.pong(ping, 1);
    congestion.pong(ping, 1);
    assertThat(congestion.inFlight()).isZero();
  }

  @Test
  void pingsAreBounded() {
    int pings = 0;
    while (congestion.isPingDue(false)) {
      congestion.ping(pings++);
      congestion.sent(2000);
    }
    assertThat(pings).isEqualTo(64);
  }
}
