package org.dmore.coordinator.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.dmore.coordinator.demo.guest.KeyboardLayout;
import org.dmore.vdev.frontend.KeyboardFrontend;

/** Reads what is typed as a guest of the us layout does, which lets go of keys when it moves. */
final class ReadInput implements KeyboardFrontend.Listener {
  private static final int LEFT_CTRL = 29;
  private static final int LEFT_SHIFT = 42;
  private static final int RIGHT_SHIFT = 54;

  private final KeyboardLayout layout = KeyboardLayout.us();
  private final StringBuilder text = new StringBuilder();
  private final List<String> events = new ArrayList<>();
  private final BitSet down = new BitSet();

  @Override
  public synchronized void key(int code, boolean pressed) {
    events.add((pressed ? "+" : "-") + code);
    boolean shift = down.get(LEFT_SHIFT) || down.get(RIGHT_SHIFT);
    char c = layout.character(code, shift, false);
    if (pressed && c != 0) {
      text.append(down.get(LEFT_CTRL) ? "^" : "").append(c);
    }
    down.set(code, pressed);
  }

  @Override
  public synchronized void letGo(int code) {
    events.add("letGo " + code);
    down.clear(code);
  }

  /** The characters, {@code ^} before one with Ctrl. */
  synchronized String text() {
    return text.toString();
  }

  /** All that became of keys: {@code +42}, {@code -42}, {@code letGo 42}. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }

  synchronized boolean isAllUp() {
    return down.isEmpty();
  }
}
