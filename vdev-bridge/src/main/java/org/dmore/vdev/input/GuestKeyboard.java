package org.dmore.vdev.input;

import java.util.Objects;
import org.dmore.vdev.wire.KbdifEvent;

/**
 * The keys of the guest: which are down and for how many, and how a stroke gets the modifiers that
 * it needs.
 *
 * <p>What one holds changes nothing for another. A key goes up when the last that holds it lets go;
 * a modifier that only others hold is lifted while a key is pressed, and put back.
 *
 * <p>CapsLock. The device tells nothing back, so its state in the guest is assumed: off when the
 * guest starts, turned by each press of the key, whoever presses it; {@link #assumeCapsLock}
 * corrects it. A character comes out as its viewer meant it under that assumption: where CapsLock
 * turns Shift, Shift is turned too; where Shift cannot help, CapsLock is taken off for that key.
 * Scancodes are passed on as they are, and no CapsLock is ever added to them.
 *
 * <p>NumLock need not be known: {@link Keymap} makes nothing with keys that depend on it.
 *
 * <p>Confined to the console's event loop. Nothing here allocates.
 */
final class GuestKeyboard {
  private final Ledger ledger;
  private final Keymap keymap;
  private final int[] holders = new int[LinuxInput.KEY_MAX + 1];

  /** The modifiers that somebody holds. */
  private int modifiers;

  /** The modifiers that are down in the guest: others only while a key is pressed. */
  private int actual;

  private boolean capsLock;

  GuestKeyboard(Ledger ledger, Keymap keymap) {
    this.ledger = ledger;
    this.keymap = keymap;
  }

  /** Whether CapsLock is assumed to be on in the guest. */
  boolean capsLock() {
    return capsLock;
  }

  /** Says what CapsLock is in the guest; sends nothing. */
  void assumeCapsLock(boolean on) {
    capsLock = on;
  }

  /**
   * A viewer presses a key, or a button.
   *
   * <p>A key that needs other modifiers than the viewer holds is typed and let go at once. Were it
   * held, the guest's own autorepeat would repeat it with the modifiers that are down by then: a
   * letter for a sign, or a shortcut for a letter.
   *
   * @param stroke the key, and what it needs; if {@link Keymap#COMPOSED}, the dead key before it is
   *     {@code deadKey}
   * @param own the modifiers that the same viewer holds
   * @return whether the key is held now, and so to be released
   */
  boolean press(int stroke, int deadKey, int own) {
    int code = Keymap.code(stroke);
    int bit = Modifiers.bit(code);
    if (bit != Modifiers.NONE || code >= LinuxInput.BTN_LEFT) {
      modifiers |= bit;
      if (holders[code]++ == 0) {
        key(code, true);
      }
      return true;
    }
    if ((stroke & Keymap.COMPOSED) != 0) {
      tap(deadKey, own);
      tap(stroke, own);
      return false;
    }
    boolean tookCapsOff = prepare(stroke, own);
    boolean held = (stroke & Keymap.SCANCODE) != 0 || (actual == modifiers && !tookCapsOff);
    if (held) {
      strike(code, holders[code]++ > 0);
    } else {
      strikeAndLetGo(code);
    }
    restore(tookCapsOff);
    return held;
  }

  /** A key that its viewer holds repeats; modifiers and locks do not. */
  void repeat(int stroke, int own) {
    int code = Keymap.code(stroke);
    if (Modifiers.bit(code) != Modifiers.NONE || isLock(code)) {
      return;
    }
    boolean tookCapsOff = prepare(stroke, own);
    key(code, true);
    restore(tookCapsOff);
  }

  /** One less holds a key. */
  void release(int code) {
    if (--holders[code] == 0) {
      modifiers &= ~Modifiers.bit(code);
      key(code, false);
    }
  }

  /** Presses a key and lets it go, with the modifiers that it needs and those of {@code own}. */
  void tap(int stroke, int own) {
    int code = Keymap.code(stroke);
    boolean tookCapsOff = prepare(stroke, own);
    strikeAndLetGo(code);
    restore(tookCapsOff);
  }

  /** Presses CapsLock and lets it go, which turns it. */
  void tapCapsLock() {
    boolean shiftMissing = keymap.isCapsLockShifted() && (actual & Modifiers.SHIFTS) == 0;
    if (shiftMissing) {
      key(LinuxInput.KEY_LEFTSHIFT, true);
    }
    strikeAndLetGo(LinuxInput.KEY_CAPSLOCK);
    if (shiftMissing) {
      key(LinuxInput.KEY_LEFTSHIFT, false);
    }
  }

  private void strikeAndLetGo(int code) {
    strike(code, holders[code] > 0);
    if (holders[code] == 0) {
      key(code, false);
    }
  }

  /** Puts a key down; one that is down goes up first, or the guest would take it for a repeat. */
  private void strike(int code, boolean isDown) {
    if (isDown) {
      key(code, false);
    }
    key(code, true);
    if (code == LinuxInput.KEY_CAPSLOCK) {
      capsLock ^= !keymap.isCapsLockShifted() || (actual & Modifiers.SHIFTS) != 0;
    }
  }

  /** Brings modifiers and CapsLock to what a stroke needs; answers whether CapsLock was turned. */
  private boolean prepare(int stroke, int own) {
    if ((stroke & Keymap.ANY_LEVEL) != 0) {
      bring(own);
      return false;
    }
    boolean capsSpoils = (stroke & Keymap.CAPS_SPOILS) != 0 && capsLock;
    if (capsSpoils) {
      tapCapsLock();
    }
    bring(withLevel(stroke, own));
    return capsSpoils;
  }

  /** Brings the guest's modifiers to a set. */
  private void bring(int wanted) {
    int differing = wanted ^ actual;
    for (int i = 0; differing >> i != 0; i++) {
      if ((differing >> i & 1) != 0) {
        key(Modifiers.code(i), (wanted >> i & 1) != 0);
      }
    }
  }

  private int withLevel(int stroke, int own) {
    int wanted = own;
    boolean shift = (stroke & Keymap.SHIFT) != 0 ^ ((stroke & Keymap.CAPS) != 0 && capsLock);
    if (!shift) {
      wanted &= ~Modifiers.SHIFTS;
    } else if ((wanted & Modifiers.SHIFTS) == 0) {
      wanted |= Modifiers.LEFT_SHIFT;
    }
    if (keymap.hasAltGr()) {
      if ((stroke & Keymap.ALTGR) == 0) {
        wanted &= ~Modifiers.RIGHT_ALT;
      } else {
        wanted |= Modifiers.RIGHT_ALT;
        if ((own & Modifiers.CTRLS) != 0 && (own & Modifiers.LEFT_ALT) != 0) {
          // Windows' AltGr, which comes as Ctrl and Alt: its user means the character alone.
          wanted &= ~(Modifiers.CTRLS | Modifiers.LEFT_ALT);
        }
      }
    }
    return wanted;
  }

  /** Brings the guest's modifiers back to what is held, and CapsLock to what it was. */
  private void restore(boolean tookCapsOff) {
    int differing = modifiers ^ actual;
    for (int i = Modifiers.COUNT - 1; i >= 0; i--) {
      if ((differing >> i & 1) != 0) {
        key(Modifiers.code(i), (modifiers >> i & 1) != 0);
      }
    }
    if (tookCapsOff) {
      tapCapsLock();
    }
  }

  private void key(int code, boolean pressed) {
    // The guest's driver has no bounds check of its own.
    ledger.accept(KbdifEvent.key(pressed), Objects.checkIndex(code, LinuxInput.KEY_MAX + 1), 0, 0);
    int bit = Modifiers.bit(code);
    actual = pressed ? actual | bit : actual & ~bit;
  }

  private static boolean isLock(int code) {
    return code == LinuxInput.KEY_CAPSLOCK
        || code == LinuxInput.KEY_NUMLOCK
        || code == LinuxInput.KEY_SCROLLLOCK;
  }
}
