package org.dmore.benchmarks.lab.scenario;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmore.benchmarks.lab.recorder.PointerEvent;
import org.dmore.benchmarks.lab.viewer.RfbMessages;

/** A way of the pointer over the desktop, with clicks and turns of the wheel, in short legs. */
record PointerPath(List<PointerPath.Leg> legs) {
  /** Linux's code of the left button; middle is 274 and right 273. */
  static final int LEFT = 272;

  private static final int RIGHT = 273;
  private static final int MIDDLE = 274;
  private static final int WHEEL_UP = 1 << 3;
  private static final int WHEEL_DOWN = 1 << 4;
  private static final int LEGS = 12;
  private static final int STEPS = 8;

  PointerPath {
    legs = List.copyOf(legs);
  }

  /** What the viewer sends, and what the guest is to see of it. */
  static final class Leg {
    private final byte[] messages;
    private final List<PointerEvent> events;

    private Leg(byte[] messages, List<PointerEvent> events) {
      this.messages = messages;
      this.events = List.copyOf(events);
    }

    byte[] messages() {
      return messages.clone();
    }

    List<PointerEvent> events() {
      return events;
    }
  }

  /** Through the whole desktop and to all of its corners. */
  static PointerPath random(Random random, int width, int height) {
    int[][] corners = {{width - 1, height - 1}, {width - 1, 0}, {0, 0}, {0, height - 1}};
    List<Leg> legs = new ArrayList<>();
    for (int leg = 0; leg < LEGS; leg++) {
      Draft draft = new Draft();
      for (int step = 0; step < STEPS; step++) {
        draft.move(1 + random.nextInt(width - 2), 1 + random.nextInt(height - 2));
      }
      int[] corner = corners[leg % corners.length];
      draft.move(corner[0], corner[1]);
      switch (leg % 5) {
        case 0 -> draft.click(1, LEFT);
        case 1 -> draft.click(1 << 1, MIDDLE);
        case 2 -> draft.click(1 << 2, RIGHT);
        case 3 -> draft.wheel(WHEEL_UP, 1);
        default -> draft.wheel(WHEEL_DOWN, -1);
      }
      if (leg % 2 == 0) {
        draft.drag(random.nextInt(width - 2) + 1, random.nextInt(height - 2) + 1);
      }
      legs.add(draft.leg());
    }
    return new PointerPath(legs);
  }

  private static final class Draft {
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final List<PointerEvent> events = new ArrayList<>();
    private int x;
    private int y;

    void move(int toX, int toY) {
      x = toX;
      y = toY;
      say(0);
      events.add(PointerEvent.move(x, y));
    }

    void click(int button, int code) {
      say(button);
      say(0);
      events.add(PointerEvent.button(code, true));
      events.add(PointerEvent.button(code, false));
    }

    void wheel(int button, int steps) {
      say(button);
      say(0);
      events.add(PointerEvent.wheel(steps));
    }

    /** With the left button down from here to there. */
    void drag(int toX, int toY) {
      say(1);
      events.add(PointerEvent.button(LEFT, true));
      x = toX;
      y = toY;
      say(1);
      events.add(PointerEvent.move(x, y));
      say(0);
      events.add(PointerEvent.button(LEFT, false));
    }

    Leg leg() {
      return new Leg(messages.toByteArray(), events);
    }

    private void say(int buttons) {
      messages.writeBytes(RfbMessages.pointer(buttons, x, y));
    }
  }
}
