package org.dmore.benchmarks.lab.typing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * Types at a steady pace on a thread of its own until it is told to stop, whatever becomes of the
 * guest meanwhile: it waits for nothing but the connection. Remembers what the guest is to see.
 */
public final class Typist implements AutoCloseable {
  private static final int POLL_MILLIS = 20;

  private final RfbViewer viewer;
  private final long interval;
  private final Random random;
  private final Function<Random, Keystroke> plain;
  private final Thread thread;
  private final List<KeyEvent> events = new ArrayList<>();
  private boolean shiftHeld;
  private IOException failure;
  private long longestSend;
  private volatile boolean stopping;

  private Typist(
      RfbViewer viewer, int perSecond, Random random, Function<Random, Keystroke> plain) {
    this.plain = plain;
    this.viewer = viewer;
    this.interval = 1_000_000_000L / perSecond;
    this.random = random;
    this.thread = new Thread(this::type, "typist");
    thread.setDaemon(true);
  }

  /** Begins to type plain characters, press and release together, so many a second. */
  public static Typist start(RfbViewer viewer, int perSecond, Random random) {
    return start(viewer, perSecond, random, Keys::plain);
  }

  /**
   * Begins to type something of one's own, so many a second.
   *
   * @param plain makes a keystroke; without Shift
   */
  public static Typist start(
      RfbViewer viewer, int perSecond, Random random, Function<Random, Keystroke> plain) {
    Typist typist = new Typist(viewer, perSecond, random, plain);
    typist.thread.start();
    return typist;
  }

  /** Presses Shift, and types what it makes of the keys from now on. */
  public void holdShift() throws IOException {
    synchronized (events) {
      insert(Keys.holdShift());
      shiftHeld = true;
    }
  }

  /** Lets go of Shift again. */
  public void releaseShift() throws IOException {
    synchronized (events) {
      insert(Keys.releaseShift());
      shiftHeld = false;
    }
  }

  /** Types something of one's own between two keys of the typist's. */
  public void insert(Keystroke keystroke) throws IOException {
    synchronized (events) {
      viewer.send(keystroke.messages());
      events.addAll(keystroke.events());
    }
  }

  /** How many key events the guest is to have seen by now. */
  public int sent() {
    synchronized (events) {
      return events.size();
    }
  }

  /**
   * Waits until so many key events were sent.
   *
   * @throws IOException if it had to stop before, or TCP takes no more within the limit
   */
  public void awaitSent(int wanted, Duration limit) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(limit);
    while (sent() < wanted) {
      Optional<IOException> stopped = failure();
      if (stopped.isPresent()) {
        throw stopped.get();
      }
      if (deadline.passed()) {
        throw new IOException("typed=%d, not %d: TCP takes no more".formatted(sent(), wanted));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** The longest that the connection kept it from going on, in milliseconds. */
  public long longestSendMillis() {
    synchronized (events) {
      return longestSend / 1_000_000;
    }
  }

  /** Why it had to stop; empty while it types. */
  public Optional<IOException> failure() {
    synchronized (events) {
      return Optional.ofNullable(failure);
    }
  }

  /**
   * Stops it.
   *
   * @return all that the guest is to see
   * @throws IOException if it had to stop before
   */
  public List<KeyEvent> stop() throws IOException, InterruptedException {
    stopping = true;
    LockSupport.unpark(thread);
    thread.join();
    synchronized (events) {
      if (failure != null) {
        throw new IOException("the typist had to stop: " + failure.getMessage(), failure);
      }
      return List.copyOf(events);
    }
  }

  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
  }

  private void type() {
    long next = System.nanoTime();
    while (!stopping) {
      long wait = next - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
        continue;
      }
      next += interval;
      long before = System.nanoTime();
      synchronized (events) {
        Keystroke keystroke = shiftHeld ? Keys.withShiftHeld(random) : plain.apply(random);
        try {
          viewer.send(keystroke.messages());
        } catch (IOException e) {
          failure = e;
          return;
        }
        events.addAll(keystroke.events());
        longestSend = Math.max(longestSend, System.nanoTime() - before);
      }
    }
  }
}
