package org.dmore.rfb.session;

import java.util.function.Supplier;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.protocol.PointerMode;

/**
 * A client's pointer: what the numbers of its PointerEvents mean, now positions and now motion.
 *
 * <p>A client is told of a change of mode by a rectangle, and what it sent before it read that is
 * still of the old mode. Nothing in the message tells. But motion stands around 0x7fff and is
 * small, while positions are smaller than any desktop; so what is too far from where it should be
 * is of the old mode, and its place is not taken. Its buttons are.
 *
 * <p>Used on the client's event loop; allocates nothing.
 */
final class ClientPointer {
  /** Positions are below this, motion is above; both by far. */
  private static final int DIVIDE = 0x4000;

  private final Supplier<Desktop.Size> size;
  private final Supplier<PointerMode> told;

  private int buttons;
  private int x;
  private int y;
  private boolean relative;

  /** Whether motion of the old mode may still come. */
  private boolean motionMayCome;

  /**
   * Makes a pointer without buttons in the corner.
   *
   * @param size the desktop's
   * @param told the mode that the client was told last
   */
  ClientPointer(Supplier<Desktop.Size> size, Supplier<PointerMode> told) {
    this.size = size;
    this.told = told;
  }

  /**
   * Takes a PointerEvent.
   *
   * @return whether it presses a button
   */
  boolean update(int newButtons, int wireX, int wireY) {
    boolean pressed = (newButtons & ~buttons) != 0;
    buttons = newButtons;
    relative = told.get() == PointerMode.RELATIVE;
    if (relative) {
      motionMayCome = true;
      boolean motion = wireX >= DIVIDE && wireY >= DIVIDE;
      x = motion ? wireX - PointerMode.ORIGIN : 0;
      y = motion ? wireY - PointerMode.ORIGIN : 0;
    } else if (motionMayCome && wireX >= DIVIDE && wireY >= DIVIDE) {
      relative = true;
      x = 0;
      y = 0;
    } else {
      motionMayCome = false;
      Desktop.Size now = size.get();
      x = Math.min(wireX, now.width() - 1);
      y = Math.min(wireY, now.height() - 1);
    }
    return pressed;
  }

  /** Hands over what {@link #update} took last. */
  void tell(InputSink sink) {
    if (relative) {
      sink.motion(buttons, x, y);
    } else {
      sink.pointer(buttons, x, y);
    }
  }
}
