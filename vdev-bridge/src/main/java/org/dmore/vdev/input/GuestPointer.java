package org.dmore.vdev.input;

import org.dmore.vdev.wire.KbdifEvent;

/**
 * The guest's pointer, absolute or relative as its driver asked. Confined to the console's event
 * loop; nothing here allocates.
 */
final class GuestPointer {
  private static final int UNKNOWN = -1;

  private final Ledger ledger;
  private boolean absolute = true;
  private int width = 1;
  private int height = 1;
  private int rangeWidth = 1;
  private int rangeHeight = 1;
  private int x;
  private int y;

  GuestPointer(Ledger ledger) {
    this.ledger = ledger;
  }

  void setAbsolute(boolean absolute) {
    this.absolute = absolute;
  }

  boolean isAbsolute() {
    return absolute;
  }

  void setScale(int width, int height, int rangeWidth, int rangeHeight) {
    this.width = width;
    this.height = height;
    this.rangeWidth = rangeWidth;
    this.rangeHeight = rangeHeight;
  }

  /** The guest started anew and has put its pointer where it likes. */
  void forgetPosition() {
    x = UNKNOWN;
    y = UNKNOWN;
  }

  /** Moves the pointer, in pixels of the desktop; nothing happens if it is there. */
  void move(int toX, int toY) {
    if (toX == x && toY == y) {
      return;
    }
    if (absolute) {
      ledger.accept(KbdifEvent.position(), scaledX(toX), scaledY(toY), 0);
    } else if (x != UNKNOWN) {
      ledger.accept(KbdifEvent.motion(), toX - x, toY - y, 0);
    }
    x = toX;
    y = toY;
  }

  /**
   * Moves the pointer by so many pixels. Where viewers that point at places believe it to be stays
   * as it is: from there they reckon their own next motion.
   */
  void moveBy(int dx, int dy) {
    if (!absolute && (dx | dy) != 0) {
      ledger.accept(KbdifEvent.motion(), dx, dy, 0);
    }
  }

  /** Turns the wheel: -1 is one notch up, 1 one notch down. */
  void turnWheel(int notches) {
    if (absolute && x != UNKNOWN) {
      ledger.accept(KbdifEvent.position(), scaledX(x), scaledY(y), notches);
    } else {
      ledger.accept(KbdifEvent.motion(), 0, 0, notches);
    }
  }

  private int scaledX(int pixel) {
    return width == rangeWidth ? pixel : (int) ((long) pixel * rangeWidth / width);
  }

  private int scaledY(int pixel) {
    return height == rangeHeight ? pixel : (int) ((long) pixel * rangeHeight / height);
  }
}
