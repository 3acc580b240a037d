package org.dmore.rfb.session;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.codec.RfbWriter;
import org.dmore.rfb.encoding.PixelTranslator;
import org.dmore.rfb.protocol.PointerMode;
import org.dmore.rfb.protocol.PseudoEncoding;

/**
 * What stands at the head of an update besides pixels and sizes: the cursor, the desktop's name,
 * the pointer's mode, and that an extension is understood. Each goes out once, and only to a client
 * that offers it.
 *
 * <p>Used on the client's event loop.
 */
final class Notices {
  private final Desktop desktop;

  private ClientEncodings offered = ClientEncodings.NONE;
  private boolean cursorDue;
  private boolean cursorSent;
  private boolean qemuKeyDue;
  private boolean qemuKeyTold;
  private boolean mouseButtonsDue;
  private boolean mouseButtonsTold;
  private String title = "";
  private String titleTold = "";
  private PointerMode mode = PointerMode.ABSOLUTE;
  private PointerMode modeTold = PointerMode.ABSOLUTE;

  private Optional<CursorShape> cursor = Optional.empty();

  Notices(Desktop desktop) {
    this.desktop = desktop;
  }

  /** What ServerInit told. */
  void begin(String name) {
    title = name;
    titleTold = name;
  }

  /** The client offers this from now on. */
  void offered(ClientEncodings now) {
    offered = now;
    cursorDue = takesCursor();
    if (now.has(PseudoEncoding.QEMU_EXTENDED_KEY_EVENT) && !qemuKeyTold) {
      qemuKeyTold = true;
      qemuKeyDue = true;
    }
    if (now.has(PseudoEncoding.EXTENDED_MOUSE_BUTTONS) && !mouseButtonsTold) {
      mouseButtonsTold = true;
      mouseButtonsDue = true;
    }
  }

  void cursorChanged() {
    cursorDue = takesCursor();
  }

  /**
   * What the client is to show as the title.
   *
   * @return whether that is news to it
   */
  boolean title(String now) {
    title = now;
    return isTitleDue();
  }

  /** How the guest takes the pointer. */
  void pointerMode(PointerMode now) {
    mode = now;
  }

  /** The mode that the client knows of; what it sends may still be of the mode before. */
  PointerMode toldPointerMode() {
    return modeTold;
  }

  /**
   * Decides what goes into the update that begins now.
   *
   * @return how many rectangles {@link #write} will write
   */
  int prepare() {
    cursor = cursorDue ? cursorToSend() : Optional.empty();
    cursorDue = false;
    return (cursor.isPresent() ? 1 : 0)
        + (qemuKeyDue ? 1 : 0)
        + (mouseButtonsDue ? 1 : 0)
        + (isTitleDue() ? 1 : 0)
        + (isModeDue() ? 1 : 0);
  }

  /**
   * Writes what {@link #prepare} counted.
   *
   * @param width the client's framebuffer, in pixels; so is {@code height}
   */
  void write(ByteBuf out, PixelTranslator format, int width, int height) {
    cursor.ifPresent(shape -> writeCursor(out, shape, format));
    cursor = Optional.empty();
    if (qemuKeyDue) {
      qemuKeyDue = false;
      RfbWriter.qemuExtendedKeyEvent(out);
    }
    if (mouseButtonsDue) {
      mouseButtonsDue = false;
      RfbWriter.extendedMouseButtons(out);
    }
    if (isTitleDue()) {
      titleTold = title;
      RfbWriter.desktopName(out, title);
    }
    if (isModeDue()) {
      modeTold = mode;
      RfbWriter.pointerMotionChange(out, mode == PointerMode.ABSOLUTE, width, height);
    }
  }

  private boolean takesCursor() {
    return offered.hasAny(PseudoEncoding.CURSOR_WITH_ALPHA, PseudoEncoding.CURSOR);
  }

  private boolean isTitleDue() {
    return !title.equals(titleTold) && offered.has(PseudoEncoding.DESKTOP_NAME);
  }

  private boolean isModeDue() {
    return mode != modeTold && offered.has(PseudoEncoding.POINTER_MOTION_CHANGE);
  }

  private void writeCursor(ByteBuf out, CursorShape shape, PixelTranslator format) {
    if (offered.has(PseudoEncoding.CURSOR_WITH_ALPHA)) {
      CursorWriter.writeWithAlpha(out, shape);
    } else {
      CursorWriter.write(out, shape, format);
    }
  }

  /** The cursor if there is one; nothing to hide it with if the client never had one from us. */
  private Optional<CursorShape> cursorToSend() {
    Optional<CursorShape> now = desktop.cursor();
    if (now.isEmpty() && cursorSent) {
      cursorSent = false;
      return Optional.of(new CursorShape(0, 0, 0, 0, new int[0]));
    }
    cursorSent = now.isPresent();
    return now;
  }
}
