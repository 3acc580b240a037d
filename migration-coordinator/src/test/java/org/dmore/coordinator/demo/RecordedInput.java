package org.dmore.coordinator.demo;

import java.util.ArrayList;
import java.util.List;
import org.dmore.vdev.frontend.KeyboardFrontend;

/** Writes down what the guest's driver consumed. */
public final class RecordedInput implements KeyboardFrontend.Listener {
  private final List<String> events = new ArrayList<>();

  @Override
  public synchronized void key(int code, boolean pressed) {
    events.add((pressed ? "+" : "-") + code);
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

  public synchronized int count() {
    return events.size();
  }
}
