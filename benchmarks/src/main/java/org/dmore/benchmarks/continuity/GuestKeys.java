package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.vdev.frontend.KeyboardFrontend;

/**
 * What the guest's keyboard driver got, with the time at which it took it from the ring; and which
 * keys the guest's kernel let go of by itself, as it does when it is suspended, of which no event
 * of the ring's says so. Thread-safe.
 */
final class GuestKeys implements KeyboardFrontend.Listener {
  private final TimedKeys got = new TimedKeys();
  private final List<Integer> letGo = new ArrayList<>();
  private int fences;

  @Override
  public synchronized void key(int code, boolean pressed) {
    got.add(new KeyEvent(code, pressed), System.nanoTime());
    if (code == Keys.F5 && !pressed) {
      fences++;
      notifyAll();
    }
  }

  @Override
  public synchronized void letGo(int code) {
    letGo.add(code);
  }

  /**
   * Waits until so many fences have come in all.
   *
   * @throws IOException if they do not come in time
   */
  synchronized void awaitFences(int count, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (fences < count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new IOException(
            "what was typed last did not reach the guest within seconds=" + limit.toSeconds());
      }
      wait(left);
    }
  }

  /** Codes of the keys that the guest's kernel let go of since the last call. */
  synchronized List<Integer> takeLetGo() {
    List<Integer> codes = List.copyOf(letGo);
    letGo.clear();
    return codes;
  }

  /** What came since the last call. */
  synchronized TimedKeys take() {
    return got.take();
  }
}
