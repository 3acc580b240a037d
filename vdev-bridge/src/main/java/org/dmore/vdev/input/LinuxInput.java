package org.dmore.vdev.input;

/**
 * The codes of {@code linux/input-event-codes.h} that dmore names, and the range that a paravirtual
 * keyboard may be sent.
 */
public final class LinuxInput {
  public static final int KEY_ESC = 1;
  public static final int KEY_BACKSPACE = 14;
  public static final int KEY_TAB = 15;
  public static final int KEY_ENTER = 28;
  public static final int KEY_LEFTCTRL = 29;
  public static final int KEY_LEFTSHIFT = 42;
  public static final int KEY_RIGHTSHIFT = 54;
  public static final int KEY_LEFTALT = 56;
  public static final int KEY_SPACE = 57;
  public static final int KEY_CAPSLOCK = 58;
  public static final int KEY_NUMLOCK = 69;
  public static final int KEY_SCROLLLOCK = 70;
  public static final int KEY_RIGHTCTRL = 97;
  public static final int KEY_SYSRQ = 99;
  public static final int KEY_RIGHTALT = 100;
  public static final int KEY_PAUSE = 119;
  public static final int KEY_LEFTMETA = 125;
  public static final int KEY_RIGHTMETA = 126;

  public static final int BTN_LEFT = 0x110;
  public static final int BTN_RIGHT = 0x111;
  public static final int BTN_MIDDLE = 0x112;
  public static final int BTN_SIDE = 0x113;
  public static final int BTN_EXTRA = 0x114;

  /**
   * The highest code of a key that any keymap or scancode here leads to. Linux's frontend registers
   * all from {@link #KEY_ESC} to this one.
   */
  public static final int LAST_KEY = 239;

  /**
   * The highest code that may stand in an event. Linux's frontend tests the code against a bitmap
   * of this many bits without looking at its bounds first.
   */
  public static final int KEY_MAX = 0x2ff;

  private LinuxInput() {}
}
