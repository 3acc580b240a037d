package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.viewer.RealViewer;

/** Someone who types digits into a real viewer's window and does not stop for anything. */
final class WindowTypist implements AutoCloseable {
  private static final String DIGITS = "1234567890";

  /** Between two times ten keys: an emulated processor has more to do. */
  private static final int PAUSE_MILLIS = 1_000;

  private final RealViewer viewer;
  private final Thread thread;
  private final List<KeyEvent> events = new ArrayList<>();
  private volatile boolean stopping;
  private volatile Exception failure;

  private WindowTypist(RealViewer viewer) {
    this.viewer = viewer;
    this.thread = new Thread(this::type, "window-typist");
    thread.setDaemon(true);
  }

  static WindowTypist start(RealViewer viewer) {
    WindowTypist typist = new WindowTypist(viewer);
    typist.thread.start();
    return typist;
  }

  /** Whether a key is one that this types. */
  static boolean types(KeyEvent event) {
    return Keys.typed(DIGITS).stream().anyMatch(own -> own.code() == event.code());
  }

  /** How many key events the guest is to have seen by now, or soon. */
  int sent() {
    synchronized (events) {
      return events.size();
    }
  }

  /**
   * Stops it.
   *
   * @return all that the guest is to see of it
   * @throws IOException if it had to stop before
   */
  List<KeyEvent> stop() throws IOException, InterruptedException {
    stopping = true;
    thread.join();
    if (failure != null) {
      throw new IOException("nobody can type into the window: " + failure.getMessage(), failure);
    }
    return List.copyOf(events);
  }

  private void type() {
    try {
      while (!stopping) {
        viewer.type(DIGITS);
        synchronized (events) {
          events.addAll(Keys.typed(DIGITS));
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      failure = e;
    }
  }

  @Override
  public void close() {
    stopping = true;
  }
}
