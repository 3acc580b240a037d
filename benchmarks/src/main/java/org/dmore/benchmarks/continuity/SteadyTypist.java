package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Somebody at a console: types at a steady pace, and when the connection has ended connects again
 * and goes on typing. What was typed into a dead connection is not typed again; while there is none
 * nothing is typed.
 *
 * <p>{@link #begin} and {@link #end} and what lies between two of their calls belong to one thread.
 */
public final class SteadyTypist implements AutoCloseable {
  private static final long RECONNECT_MILLIS = 30_000;

  private final Supplier<InetSocketAddress> server;
  private final KeySequence sequence;
  private final long interval;
  private final TimedKeys sent = new TimedKeys();
  private RfbLink link;
  private boolean broken;
  private int cuts;
  private Optional<IOException> failure = Optional.empty();
  private Thread thread;
  private volatile boolean stopping;

  /**
   * Connects.
   *
   * @param server where the console is now
   * @param rate key events a second, each a press or a release
   */
  public SteadyTypist(Supplier<InetSocketAddress> server, int rate, KeySequence sequence)
      throws IOException {
    this.server = server;
    this.interval = 1_000_000_000L / rate;
    this.sequence = sequence;
    this.link = RfbLink.connect(server.get(), ended -> {});
  }

  /** Begins to type, on a thread of its own. */
  public void begin() {
    stopping = false;
    thread = new Thread(this::type, "typist");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Stops, with no key down.
   *
   * @throws IOException if the console could not be connected to again
   */
  public void end() throws IOException, InterruptedException {
    stopping = true;
    thread.join();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** Types the keys after which nothing is under way any more. */
  public void typeFence() throws IOException, InterruptedException {
    for (TypedKey key : KeySequence.fence()) {
      connectAgainIfCut();
      send(key);
    }
  }

  /** What was typed since the last call. */
  public TimedKeys take() {
    return sent.take();
  }

  /** Connections that the server's end cut, since the last call. */
  public int takeCuts() {
    int count = cuts;
    cuts = 0;
    return count;
  }

  @Override
  public void close() throws IOException {
    link.close();
  }

  private void type() {
    try {
      long due = System.nanoTime();
      while (!stopping || sequence.isPressed()) {
        if (connectAgainIfCut()) {
          due = System.nanoTime(); // what was not typed meanwhile is not typed at once now
        }
        send(sequence.next());
        due += interval;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(this, left);
        }
      }
    } catch (IOException e) {
      failure = Optional.of(e);
    } catch (InterruptedException e) {
      failure = Optional.of(new IOException("interrupted while typing", e));
    }
  }

  private boolean connectAgainIfCut() throws IOException, InterruptedException {
    if (!broken && !link.hasEnded()) {
      return false;
    }
    cuts++;
    link.close();
    link =
        RfbLink.connectSoon(server, ended -> {}, RECONNECT_MILLIS)
            .orElseThrow(() -> new IOException("no console takes the client any more"));
    broken = false;
    return true;
  }

  private void send(TypedKey key) {
    sent.add(key.event(), System.nanoTime());
    try {
      link.send(key.message());
    } catch (IOException e) {
      broken = true; // typed into a dead connection
    }
  }
}
