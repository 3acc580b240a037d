package org.dmore.rfb.session;

/**
 * How many bytes may be on their way to a client: as many as its line and the client itself work
 * off within little more than a round trip, so that what it gets is fresh and the echo of a key
 * does not wait behind pictures that are out of date.
 *
 * <p>The server marks places in its output with fences ("pings"); a client answers each ("pong")
 * when it has dealt with all that came before it. So a round trip is from the network and the
 * client's decoder together, and tells the bytes in flight as well. As TCP Vegas does, the shortest
 * round trip is taken for the line's own, and what is above it for a queue: while there is next to
 * none, more bytes are allowed; a long one means too many. It starts small and doubles each round
 * trip until a queue shows.
 *
 * <p>The shortest round trip is measured anew after {@value #BASE_SECONDS} s, with half the bytes,
 * for a client may have moved to another line. Round trips in which the server did not use what it
 * was allowed say nothing about more of it and change nothing.
 *
 * <p>Not thread-safe. Times are {@link System#nanoTime}'s.
 */
final class Congestion {
  static final long MIN_WINDOW = 4 << 10;
  static final long FIRST_WINDOW = 16 << 10;
  static final long MAX_WINDOW = 4 << 20;

  private static final long STEP = 8 << 10;
  private static final long MILLIS = 1_000_000;

  /** A queue shorter than this, and a part of the round trip, is none: threads are unpunctual. */
  private static final long SHORT_QUEUE = 10 * MILLIS;

  private static final long LONG_QUEUE = 30 * MILLIS;

  /** So many late pongs in a row are acted on before the round trip is over: it has become long. */
  private static final int MAX_LATE = 8;

  private static final long BASE_SECONDS = 10;

  /** Bytes after which it is worth to ping again. */
  private static final long PING_EVERY = 1024;

  private static final int MAX_PINGS = 64;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final long[] positions = new long[MAX_PINGS];
  private final long[] times = new long[MAX_PINGS];
  private long firstPing;
  private long nextPing;
  private boolean answered;
  private boolean mute;
  private long sent;
  private long pinged;
  private long acknowledged;

  private long window = FIRST_WINDOW;
  private boolean slowStart = true;
  private long base = UNKNOWN;
  private long baseTime;

  /** The round trip that is measured: it ends with the first pong to a ping from within it. */
  private long roundBegin;

  private long roundShortest = UNKNOWN;
  private boolean roundLimited;
  private int late;

  /** Bytes were handed to the socket. */
  void sent(long bytes) {
    sent += bytes;
  }

  /**
   * Whether a ping is due: there is something that it would tell of.
   *
   * @param demanded whether it would tell of something else than bytes
   */
  boolean isPingDue(boolean demanded) {
    return nextPing - firstPing < MAX_PINGS
        && (demanded || nextPing == 0 || sent - pinged >= PING_EVERY);
  }

  /** A ping is about to be handed to the socket; returns its number. */
  int ping(long now) {
    int slot = (int) (nextPing % MAX_PINGS);
    positions[slot] = sent;
    times[slot] = now;
    pinged = sent;
    return (int) nextPing++;
  }

  /**
   * The client answers a ping. Answers come in the pings' order; one that does not, or that answers
   * nothing, is a client's whim and is passed over.
   */
  void pong(int number, long now) {
    long ping = firstPing + ((number - (int) firstPing) & 0xffffffffL);
    if (ping >= nextPing) {
      return;
    }
    int slot = (int) (ping % MAX_PINGS);
    firstPing = ping + 1;
    answered = true;
    mute = false;
    acknowledged = positions[slot];
    measure(ping, Math.max(1, now - times[slot]), now);
  }

  /** Whether nothing more may be sent until a pong comes. */
  boolean isFull() {
    // A client that does not answer is held back by its requests and its socket alone.
    boolean full = answered && !mute && inFlight() >= window;
    roundLimited |= full;
    return full;
  }

  /** Bytes that may be sent now; many if the client does not answer. */
  long room() {
    return answered && !mute ? Math.max(0, window - inFlight()) : MAX_WINDOW;
  }

  /** Bytes that the client has not said that it has dealt with. */
  long inFlight() {
    return sent - acknowledged;
  }

  /** Bytes that may be in flight. */
  long window() {
    return window;
  }

  /** Whether the client has answered all that it was asked, or answers no more. */
  boolean isIdle() {
    return mute || firstPing == nextPing;
  }

  /** Pings that are answered or passed over. */
  long answers() {
    return firstPing;
  }

  /** No answer is waited for until one comes. */
  void giveUp() {
    mute = true;
  }

  private void measure(long ping, long roundTrip, long now) {
    if (roundTrip <= base) {
      base = roundTrip;
      baseTime = now;
    }
    roundShortest = Math.min(roundShortest, roundTrip);
    late = roundTrip > 2 * base + LONG_QUEUE ? late + 1 : 0;
    if (ping < roundBegin && late != MAX_LATE) {
      return;
    }
    if (late == MAX_LATE) {
      roundShortest = roundTrip;
      adjust(now);
    } else if (roundLimited) {
      adjust(now);
    }
    roundBegin = nextPing;
    roundShortest = UNKNOWN;
    roundLimited = false;
  }

  private void adjust(long now) {
    long queue = roundShortest - base;
    if (slowStart && queue < Math.max(SHORT_QUEUE, base / 4)) {
      window *= 2;
    } else if (slowStart || queue > LONG_QUEUE + base) {
      // What the line holds without a queue, roughly.
      slowStart = false;
      window = (long) (window * ((double) base / roundShortest)) + MIN_WINDOW;
    } else if (queue < SHORT_QUEUE + base / 8) {
      window += STEP;
    } else if (queue > LONG_QUEUE + base / 2) {
      window -= window / 8;
    }
    if (now - baseTime > BASE_SECONDS * 1000 * MILLIS) {
      base = UNKNOWN;
      window /= 2;
    }
    window = Math.max(MIN_WINDOW, Math.min(window, MAX_WINDOW));
  }
}
