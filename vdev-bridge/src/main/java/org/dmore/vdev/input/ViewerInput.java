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

  /** The modifiers among the keys that it holds. */
  private int modifiers;

  private boolean unknownLogged;

  ViewerInput(InputHub hub, Client client) {
    this.hub = Objects.requireNonNull(hub);
    this.client = Objects.requireNonNull(client);
  }

  @Override
  public void key(boolean down, int keysym, int scancode) {
    int code = XtScancodes.toEvdev(scancode);
    if (code != XtScancodes.NONE) {
      // The key itself, whatever is on it: no layout comes into it.
      change(down, ~scancode, code | Keymap.ANY_LEVEL | Keymap.SCANCODE, Keymap.NONE);
    } else {
      int name = keysym == 0 ? ~scancode : keysym;
      int stroke = keysym == 0 ? Keymap.NONE : stroke(keysym);
      int deadKey = Keymap.NONE;
      if (stroke != Keymap.NONE && (stroke & Keymap.COMPOSED) != 0) {
        deadKey = hub.keymap().deadKey(keysym);
        if (isShortcut()) {
          stroke = Keymap.code(stroke) == LinuxInput.KEY_SPACE ? deadKey : stroke;
          stroke &= ~Keymap.COMPOSED;
        }
      }
      change(down, name, stroke, deadKey);
    }
    hub.checkCongestion(client);
  }

  @Override
  public void pointer(int newButtons, int x, int y) {
    hub.pointer().move(x, y);
    buttons(newButtons);
  }

  @Override
  public void motion(int newButtons, int dx, int dy) {
    hub.pointer().moveBy(dx, dy);
    buttons(newButtons);
  }

  private void buttons(int newButtons) {
    int changed = buttons ^ newButtons;
    buttons = newButtons;
    if (changed != 0) {
      changeButtons(changed);
    }
    hub.checkCongestion(client);
  }

  @Override
  public void clipboard(String text) {
    hub.clipboardChanged(client, text);
  }

  @Override
  public void close() {
    releaseAll();
    hub.left(client);
  }

  /** Lets go of everything that this viewer holds, keys and buttons. */
  private void releaseAll() {
    while (held > 0) {
      forget(held - 1);
    }
    int down = buttons;
    buttons = 0;
    changeButtons(down);
  }

  private int stroke(int keysym) {
    int stroke = hub.keymap().lookup(keysym);
    if (!isShortcut()) {
      return stroke;
    }
    if (stroke == Keymap.NONE) {
      return hub.keymap().shortcut(keysym);
    }
    // Ctrl+C of a viewer whose CapsLock is on is no Ctrl+Shift+C: Shift is what the viewer holds.
    return (stroke & Keymap.CAPS) != 0 ? Keymap.code(stroke) | Keymap.ANY_LEVEL : stroke;
  }

  /** Whether what the viewer types now is for a program's menu rather than for its text. */
  private boolean isShortcut() {
    int alts = Modifiers.LEFT_ALT | (hub.keymap().hasAltGr() ? 0 : Modifiers.RIGHT_ALT);
    return (modifiers & (Modifiers.CTRLS | Modifiers.METAS | alts)) != 0;
  }

  private void change(boolean down, int name, int stroke, int deadKey) {
    if (down) {
      press(name, stroke, deadKey);
    } else {
      release(name, stroke);
    }
  }

  private void press(int name, int stroke, int deadKey) {
    int at = indexOfName(name);
    if (at >= 0) {
      boolean same = stroke != Keymap.NONE && Keymap.code(stroke) == heldCodes[at];
      int repeated = same ? stroke : heldCodes[at] | Keymap.ANY_LEVEL;
      hub.keyboard().repeat(repeated, modifiers);
      return;
    }
    at = stroke == Keymap.NONE ? -1 : indexOfCode(Keymap.code(stroke));
    if (at >= 0) {
      // Held as "a", Shift pressed, and now called "A": one key, and one release to come.
      if (Modifiers.bit(heldCodes[at]) != Modifiers.NONE) {
        heldNames[at] = name;
        return;
      }
      forget(at);
    }
    if (stroke == Keymap.NONE || held == MAX_HELD) {
      logUnknown(name);
      return;
    }
    int code = Keymap.code(stroke);
    modifiers |= Modifiers.bit(code);
    if (hub.keyboard().press(stroke, deadKey, modifiers)) {
      heldNames[held] = name;
      heldCodes[held] = code;
      held++;
    }
  }

  private void release(int name, int stroke) {
    int at = indexOfName(name);
    if (at < 0 && stroke != Keymap.NONE) {
      // Pressed as "A", Shift let go, released as "a": the same key of the guest.
      at = indexOfCode(Keymap.code(stroke));
    }
    if (at >= 0) {
      forget(at);
    }
  }

  private void forget(int at) {
    int code = heldCodes[at];
    held--;
    heldNames[at] = heldNames[held];
    heldCodes[at] = heldCodes[held];
    modifiers &= ~Modifiers.bit(code);
    hub.keyboard().release(code);
  }

  private void changeButtons(int changed) {
    for (int i = 0; i < BUTTON_BITS.length; i++) {
      if ((changed & BUTTON_BITS[i]) != 0) {
        if ((buttons & BUTTON_BITS[i]) != 0) {
          boolean unused = hub.keyboard().press(BUTTON_CODES[i], Keymap.NONE, modifiers);
        } else {
          hub.keyboard().release(BUTTON_CODES[i]);
        }
      }
    }
    if ((changed & buttons & WHEEL_UP) != 0) {
      hub.pointer().turnWheel(-1);
    }
    if ((changed & buttons & WHEEL_DOWN) != 0) {
      hub.pointer().turnWheel(1);
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
    boolean idle = name == Keysym.ISO_LEVEL3_SHIFT || name == Keysym.MODE_SWITCH;
    if (!unknownLogged && !idle) { // the viewer's AltGr says nothing to a guest that has none
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
}
