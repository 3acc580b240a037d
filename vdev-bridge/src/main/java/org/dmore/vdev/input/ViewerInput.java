package org.dmore.vdev.input;

import java.util.Objects;
import org.dmore.rfb.Client;
import org.dmore.rfb.InputSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One viewer's input: remembers which key of the guest each of its presses went to, so that the
 * release goes to the same one whatever changed in between, and everything can be released when the
 * viewer leaves.
 */
final class ViewerInput implements InputSink {
  private static final Logger LOG = LoggerFactory.getLogger(ViewerInput.class);

  /** More keys than this are not held by hands. */
  private static final int MAX_HELD = 64;

  /** RFB button bits that are buttons of the guest, in the order of {@link #BUTTON_CODES}. */
  private static final int[] BUTTON_BITS = {1, 1 << 1, 1 << 2, 1 << 7, 1 << 8};

  private static final int[] BUTTON_CODES = {
    LinuxInput.BTN_LEFT,
    LinuxInput.BTN_MIDDLE,
    LinuxInput.BTN_RIGHT,
    LinuxInput.BTN_SIDE,
    LinuxInput.BTN_EXTRA
  };

  private static final int WHEEL_UP = 1 << 3;
  private static final int WHEEL_DOWN = 1 << 4;

  private final InputHub hub;
  private final Client client;

  /** What the viewer calls each key that it holds: its keysym, or {@code ~scancode}. */
  private final int[] heldNames = new int[MAX_HELD];

  private final int[] heldCodes = new int[MAX_HELD];
  private int held;
  private int buttons;
  private boolean unknownLogged;

  ViewerInput(InputHub hub, Client client) {
    this.hub = Objects.requireNonNull(hub);
    this.client = Objects.requireNonNull(client);
  }

  @Override
  public void key(boolean down, int keysym, int scancode) {
    int name = scancode != 0 ? ~scancode : keysym;
    int stroke = stroke(keysym, scancode);
    if (down) {
      press(name, stroke);
    } else {
      release(name, stroke);
    }
    hub.checkCongestion(client);
  }

  @Override
  public void pointer(int newButtons, int x, int y) {
    hub.movePointer(x, y);
    int changed = buttons ^ newButtons;
    buttons = newButtons;
    if (changed != 0) {
      changeButtons(changed);
    }
    hub.checkCongestion(client);
  }

  @Override
  public void close() {
    while (held > 0) {
      int last = held - 1;
      forget(last, heldNames[last], heldCodes[last]);
    }
    int down = buttons;
    buttons = 0;
    changeButtons(down & ~(WHEEL_UP | WHEEL_DOWN));
    hub.left(client);
  }

  private int stroke(int keysym, int scancode) {
    if (scancode == 0) {
      return hub.keymap().lookup(keysym);
    }
    int code = XtScancodes.toEvdev(scancode);
    return code == XtScancodes.NONE ? Keymap.NONE : code | Keymap.ANY_LEVEL;
  }

  private void press(int name, int stroke) {
    int at = indexOfName(name);
    if (at >= 0) {
      int changed = stroke == Keymap.NONE ? 0 : hub.adjustModifiers(stroke);
      hub.repeat(heldCodes[at]);
      hub.restoreModifiers(changed);
      return;
    }
    if (stroke == Keymap.NONE || held == MAX_HELD) {
      logUnknown(name);
      return;
    }
    int code = Keymap.code(stroke);
    heldNames[held] = name;
    heldCodes[held] = code;
    held++;
    int changed = hub.adjustModifiers(stroke);
    hub.press(code, isLevel3(name));
    hub.restoreModifiers(changed);
  }

  private void release(int name, int stroke) {
    int at = indexOfName(name);
    if (at < 0 && stroke != Keymap.NONE) {
      // Pressed as "A", Shift let go, released as "a": the same key of the guest.
      at = indexOfCode(Keymap.code(stroke));
    }
    if (at >= 0) {
      forget(at, heldNames[at], heldCodes[at]);
    }
  }

  private void forget(int at, int name, int code) {
    held--;
    heldNames[at] = heldNames[held];
    heldCodes[at] = heldCodes[held];
    hub.release(code, isLevel3(name));
  }

  private void changeButtons(int changed) {
    for (int i = 0; i < BUTTON_BITS.length; i++) {
      if ((changed & BUTTON_BITS[i]) != 0) {
        if ((buttons & BUTTON_BITS[i]) != 0) {
          hub.press(BUTTON_CODES[i], false);
        } else {
          hub.release(BUTTON_CODES[i], false);
        }
      }
    }
    if ((changed & buttons & WHEEL_UP) != 0) {
      hub.turnWheel(-1);
    }
    if ((changed & buttons & WHEEL_DOWN) != 0) {
      hub.turnWheel(1);
    }
  }

  private int indexOfName(int name) {
    for (int i = held - 1; i >= 0; i--) {
      if (heldNames[i] == name) {
        return i;
      }
    }
    return -1;
  }

  private int indexOfCode(int code) {
    for (int i = held - 1; i >= 0; i--) {
      if (heldCodes[i] == code) {
        return i;
      }
    }
    return -1;
  }

  private void logUnknown(int name) {
    if (!unknownLogged) {
      unknownLogged = true;
      LOG.info(
          "viewer={} sends a key that keymap={} does not have: {}",
          client.id(),
          hub.keymap().layout(),
          name < 0
              ? "scancode=0x" + Integer.toHexString(~name)
              : "keysym=0x" + Integer.toHexString(name));
    }
  }

  private static boolean isLevel3(int name) {
    return name == Keysym.ISO_LEVEL3_SHIFT || name == Keysym.MODE_SWITCH;
  }
}
