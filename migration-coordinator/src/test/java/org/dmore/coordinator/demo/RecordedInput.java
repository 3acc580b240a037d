package org.dmore.coordinator.demo;

import java.util.ArrayList;
import java.util.List;
import org.dmore.vdev.frontend.KeyboardFrontend;

/** Writes down what the guest's driver consumed. */
public final class RecordedInput implements KeyboardFrontend.Listener {
  private final List<String> events = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  @Override
  public synchronized void key(int code, boolean pressed) {
    events.add((pressed ? "+" : "-") + code);
    keys.add((pressed ? "+" : "-") + code);
  }

  /** Of its own accord, as a kernel does that is suspended: nothing that was sent to it. */
  @Override
  public synchronized void letGo(int code) {
    keys.add("!" + code);
  }

  @Override
  public synchronized void motion(int deltaX, int deltaY, int deltaZ) {
    events.add("~" + deltaX + "," + deltaY + "," + deltaZ);
  }

  @Override
  public synchronized void position(int x, int y, int deltaZ) {
    events.add("@" + x + "," + y + "," + deltaZ);
  }

  public synchronized List<String> events() {
    return List.copyOf(events);
  }

  /** Keys as the guest's programs see them: {@code +42}, {@code -42}, and {@code !42} let go. */
  public synchronized List<String> keys() {
    return List.copyOf(keys);
  }

  public synchronized int count() {
    return events.size();
  }
}
