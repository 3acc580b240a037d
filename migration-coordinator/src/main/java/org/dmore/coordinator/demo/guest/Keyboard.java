package org.dmore.coordinator.demo.guest;

import java.util.BitSet;

/** Which keys are down, and what the modifiers among them mean. */
final class Keyboard {
  private final BitSet down = new BitSet(LinuxKeys.LIMIT);
  private boolean capsLock;

  /**
   * Takes an event; returns whether it is a repeat: a press of a key that is down already, which is
   * how the paravirtual keyboard, having no repeat event, shows autorepeat.
   */
  boolean event(int code, boolean pressed) {
    if (code < 0 || code >= LinuxKeys.LIMIT) {
      return false;
    }
    boolean repeat = pressed && down.get(code);
    down.set(code, pressed);
    if (code == LinuxKeys.KEY_CAPSLOCK && pressed && !repeat) {
      capsLock = !capsLock;
    }
    return repeat;
  }

  boolean shift() {
    return down.get(LinuxKeys.KEY_LEFTSHIFT) || down.get(LinuxKeys.KEY_RIGHTSHIFT);
  }

  boolean ctrl() {
    return down.get(LinuxKeys.KEY_LEFTCTRL) || down.get(LinuxKeys.KEY_RIGHTCTRL);
  }

  boolean alt() {
    return down.get(LinuxKeys.KEY_LEFTALT) || down.get(LinuxKeys.KEY_RIGHTALT);
  }

  boolean capsLock() {
    return capsLock;
  }
}
