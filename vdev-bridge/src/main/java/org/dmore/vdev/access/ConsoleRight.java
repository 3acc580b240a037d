package org.dmore.vdev.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.dmore.rfb.Right;

/** What a token or a one-time password lets its holder do; each includes those before it. */
public enum ConsoleRight {
  /** See the screen: no key, no pointer, no clipboard. */
  VIEW,
  /** Type and point as well, and hand a clipboard over. */
  CONTROL,
  /** Shut the guest down, reboot or reset it as well. */
  POWER;

  /** As it is written in tokens and commands: {@code view}, {@code control}, {@code power}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is none of the three
   */
  public static ConsoleRight parse(String text) {
    for (ConsoleRight right : values()) {
      if (right.text().equals(text)) {
        return right;
      }
    }
    throw new IllegalArgumentException("right=" + text + " is not one of view, control, power");
  }

  /** The most that these rights of a viewer come to. */
  public static ConsoleRight of(Set<Right> rights) {
    if (rights.contains(Right.POWER)) {
      return POWER;
    }
    return rights.contains(Right.CONTROL) ? CONTROL : VIEW;
  }

  /** What a viewer then may. */
  public Set<Right> rights() {
    Set<Right> rights = EnumSet.of(Right.VIEW);
    if (this != VIEW) {
      rights.add(Right.CONTROL);
    }
    if (this == POWER) {
      rights.add(Right.POWER);
    }
    return rights;
  }
}
