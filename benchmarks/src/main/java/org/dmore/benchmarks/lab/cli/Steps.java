package org.dmore.benchmarks.lab.cli;

import java.io.PrintWriter;
import org.dmore.coordinator.image.Progress;

/**
 * Says what is being done: a line a step, with the seconds since the beginning; on a terminal a
 * last line that moves while a step takes its time. Any thread may use it.
 */
final class Steps implements Progress, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final String WHEEL = "|/-\\";
  private static final int TURN_MILLIS = 250;

  private final PrintWriter out;
  private final long begin;
  private final boolean terminal;
  private final Thread wheel;
  private String current = "";
  private int turn;

  /**
   * Begins.
   *
   * @param begin in milliseconds since 1970, so that a second process counts on
   */
  Steps(PrintWriter out, long begin, boolean terminal) {
    this.out = out;
    this.begin = begin;
    this.terminal = terminal;
    this.wheel = new Thread(this::turn, "wheel");
    wheel.setDaemon(true);
    if (terminal) {
      wheel.start();
    }
  }

  @Override
  public synchronized void step(String text) {
    out.println((terminal ? CLEAR_LINE : "") + line(text));
    out.flush();
    current = text;
  }

  @Override
  public void close() {
    wheel.interrupt();
    synchronized (this) {
      current = "";
      if (terminal) {
        out.print(CLEAR_LINE);
      }
      out.flush();
    }
  }

  private void turn() {
    try {
      while (true) {
        Thread.sleep(TURN_MILLIS);
        synchronized (this) {
          if (!current.isEmpty()) {
            turn = (turn + 1) % WHEEL.length();
            out.print(CLEAR_LINE + line(WHEEL.charAt(turn) + " " + current));
            out.flush();
          }
        }
      }
    } catch (InterruptedException e) {
      // The end.
    }
  }

  private String line(String text) {
    return "[%4d s] %s".formatted((System.currentTimeMillis() - begin) / 1000, text);
  }
}
