package org.dmore.vdev.input;

import org.dmore.vdev.wire.KbdifEvent;

/** The modifier keys as bits of a set, in the order in which they are brought to what is needed. */
final class Modifiers {
  static final int NONE = 0;

  private static final int[] CODES = {
    LinuxInput.KEY_LEFTSHIFT,
    LinuxInput.KEY_RIGHTSHIFT,
    LinuxInput.KEY_RIGHTALT,
    LinuxInput.KEY_LEFTALT,
    LinuxInput.KEY_LEFTCTRL,
    LinuxInput.KEY_RIGHTCTRL,
    LinuxInput.KEY_LEFTMETA,
    LinuxInput.KEY_RIGHTMETA
  };

  static final int COUNT = CODES.length;
  static final int LEFT_SHIFT = 1;
  static final int SHIFTS = 1 | 1 << 1;
  static final int RIGHT_ALT = 1 << 2;
  static final int LEFT_ALT = 1 << 3;
  static final int CTRLS = 1 << 4 | 1 << 5;
  static final int METAS = 1 << 6 | 1 << 7;

  private Modifiers() {}

  /** The bit of a key; {@link #NONE} if it is no modifier. */
  static int bit(int code) {
    for (int i = 0; i < COUNT; i++) {
      if (CODES[i] == code) {
        return 1 << i;
      }
    }
    return NONE;
  }

  /** What of a set is down after an event, in the first two words of {@link KbdifEvent}. */
  static int after(int down, int word0, int word1) {
    if (KbdifEvent.type(word0) != KbdifEvent.TYPE_KEY) {
      return down;
    }
    int bit = bit(word1);
    return KbdifEvent.pressed(word0) ? down | bit : down & ~bit;
  }

  /** The key of a bit's number. */
  static int code(int number) {
    return CODES[number];
  }
}
