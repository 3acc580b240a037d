package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.ExtendedClipboard;
import org.dmore.rfb.protocol.Fence;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.protocol.ServerMessageType;
import org.dmore.rfb.protocol.Xvp;

/**
 * Serialises what the server says. Each method appends to the buffer and does nothing else; bodies
 * of pixel rectangles are the encoders' work.
 */
public final class RfbWriter {
  /** Rectangles of an update whose end is a LastRect rectangle. */
  public static final int UNTIL_LAST_RECT = 0xffff;

  private static final int MAX_NAME_BYTES = 1024;
  private static final int SECURITY_RESULT_OK = 0;
  private static final int SECURITY_RESULT_FAILED = 1;

  /** A screen id of 0 is ignored by libvncclient. */
  private static final int SCREEN_ID = 1;

  private RfbWriter() {}

  public static void version(ByteBuf out, ProtocolVersion version) {
    ByteBufUtil.writeAscii(out, version.message());
  }

  /** 3.7 and later: what the client may choose from (RFC 6143, 7.1.2). */
  public static void securityTypes(ByteBuf out, int[] numbers) {
    out.writeByte(numbers.length);
    for (int number : numbers) {
      out.writeByte(number);
    }
  }

  /** 3.3: the server has chosen. */
  public static void securityType33(ByteBuf out, int number) {
    out.writeInt(number);
  }

  /** In place of security types: the connection is refused. */
  public static void refused(ByteBuf out, ProtocolVersion version, String reason) {
    if (version == ProtocolVersion.V3_3) {
      out.writeInt(SecurityTypeNumber.INVALID);
    } else {
      out.writeByte(0);
    }
    string(out, reason);
  }

  public static void securityResultOk(ByteBuf out) {
    out.writeInt(SECURITY_RESULT_OK);
  }

  /** The reason is sent to 3.8 only; earlier versions have no place for it (RFC 6143, 7.1.3). */
  public static void securityResultFailed(ByteBuf out, ProtocolVersion version, String reason) {
    out.writeInt(SECURITY_RESULT_FAILED);
    if (version.isAtLeast(ProtocolVersion.V3_8)) {
      string(out, reason);
    }
  }

  /** RFC 6143, 7.3.2. A name longer than 1024 bytes of UTF-8 is cut. */
  public static void serverInit(
      ByteBuf out, int width, int height, PixelFormat format, String name) {
    out.writeShort(width);
    out.writeShort(height);
    pixelFormat(out, format);
    name(out, name);
  }

  private static void name(ByteBuf out, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    if (length > MAX_NAME_BYTES) {
      length = MAX_NAME_BYTES;
      while ((bytes[length] & 0xc0) == 0x80) {
        length--; // not within a character
      }
    }
    out.writeInt(length);
    out.writeBytes(bytes, 0, length);
  }

  private static void pixelFormat(ByteBuf out, PixelFormat format) {
    out.writeByte(format.bitsPerPixel());
    out.writeByte(format.depth());
    out.writeBoolean(format.bigEndian());
    out.writeBoolean(format.trueColour());
    out.writeShort(format.redMax());
    out.writeShort(format.greenMax());
    out.writeShort(format.blueMax());
    out.writeByte(format.redShift());
    out.writeByte(format.greenShift());
    out.writeByte(format.blueShift());
    out.writeZero(3);
  }

  /**
   * RFC 6143, 7.6.2.
   *
   * @param rgb the whole map from index 0, each {@code 0x00RRGGBB}
   */
  public static void colourMap(ByteBuf out, int[] rgb) {
    out.writeByte(ServerMessageType.SET_COLOUR_MAP_ENTRIES);
    out.writeZero(1);
    out.writeShort(0);
    out.writeShort(rgb.length);
    for (int colour : rgb) {
      out.writeShort((colour >> 16 & 0xff) * 0x101);
      out.writeShort((colour >> 8 & 0xff) * 0x101);
      out.writeShort((colour & 0xff) * 0x101);
    }
  }

  /** Begins a FramebufferUpdate (RFC 6143, 7.6.1). */
  public static void framebufferUpdate(ByteBuf out, int rectangles) {
    out.writeByte(ServerMessageType.FRAMEBUFFER_UPDATE);
    out.writeZero(1);
    out.writeShort(rectangles);
  }

  /** Changes the count of a FramebufferUpdate that begins at {@code start}. */
  public static void setRectangles(ByteBuf out, int start, int rectangles) {
    out.setShort(start + 2, rectangles);
  }

  /** Begins a rectangle of an update. */
  public static void rectangle(ByteBuf out, int x, int y, int width, int height, int encoding) {
    out.writeShort(x);
    out.writeShort(y);
    out.writeShort(width);
    out.writeShort(height);
    out.writeInt(encoding);
  }

  public static void copyRect(
      ByteBuf out, int x, int y, int width, int height, int sourceX, int sourceY) {
    rectangle(out, x, y, width, height, EncodingType.COPY_RECT.number());
    out.writeShort(sourceX);
    out.writeShort(sourceY);
  }

  public static void desktopSize(ByteBuf out, int width, int height) {
    rectangle(out, 0, 0, width, height, PseudoEncoding.DESKTOP_SIZE.number());
  }

  /** One screen that fills the desktop. */
  public static void extendedDesktopSize(
      ByteBuf out, int reason, int status, int width, int height) {
    rectangle(out, reason, status, width, height, PseudoEncoding.EXTENDED_DESKTOP_SIZE.number());
    out.writeByte(1);
    out.writeZero(3);
    out.writeInt(SCREEN_ID);
    out.writeShort(0);
    out.writeShort(0);
    out.writeShort(width);
    out.writeShort(height);
    out.writeInt(0);
  }

  public static void lastRect(ByteBuf out) {
    rectangle(out, 0, 0, 0, 0, PseudoEncoding.LAST_RECT.number());
  }

  /** Tells the client that extended key events are understood. */
  public static void qemuExtendedKeyEvent(ByteBuf out) {
    rectangle(out, 0, 0, 0, 0, PseudoEncoding.QEMU_EXTENDED_KEY_EVENT.number());
  }

  /** Tells the client that PointerEvent's extended form is understood (rfbproto). */
  public static void extendedMouseButtons(ByteBuf out) {
    rectangle(out, 0, 0, 0, 0, PseudoEncoding.EXTENDED_MOUSE_BUTTONS.number());
  }

  /** The desktop's name has changed (rfbproto); cut as in {@link #serverInit}. */
  public static void desktopName(ByteBuf out, String name) {
    rectangle(out, 0, 0, 0, 0, PseudoEncoding.DESKTOP_NAME.number());
    name(out, name);
  }

  /**
   * From here on PointerEvent carries positions, or motion relative to {@link
   * org.dmore.rfb.protocol.PointerMode#ORIGIN} (QEMU).
   */
  public static void pointerMotionChange(ByteBuf out, boolean absolute, int width, int height) {
    rectangle(
        out, absolute ? 1 : 0, 0, width, height, PseudoEncoding.POINTER_MOTION_CHANGE.number());
  }

  /** RFC 6143, 7.6.3. */
  public static void bell(ByteBuf out) {
    out.writeByte(ServerMessageType.BELL);
  }

  /** RFC 6143, 7.6.4. */
  public static void cutText(ByteBuf out, ServerClipboard clipboard) {
    byte[] bytes = clipboard.latin1();
    out.writeByte(ServerMessageType.SERVER_CUT_TEXT);
    out.writeZero(3);
    out.writeInt(bytes.length);
    out.writeBytes(bytes);
  }

  /**
   * What this server does with clipboards: text alone.
   *
   * @param maxText bytes of it that the client may send without being asked; 0 for none
   */
  public static void clipboardCaps(ByteBuf out, int maxText) {
    extendedClipboard(
        out,
        ExtendedClipboard.CAPS
            | ExtendedClipboard.REQUEST
            | ExtendedClipboard.PEEK
            | ExtendedClipboard.NOTIFY
            | ExtendedClipboard.PROVIDE
            | ExtendedClipboard.TEXT,
        4);
    out.writeInt(maxText);
  }

  /** Asks for the client's text. */
  public static void clipboardRequest(ByteBuf out) {
    extendedClipboard(out, ExtendedClipboard.REQUEST | ExtendedClipboard.TEXT, 0);
  }

  /** Says whether there is text on this side. */
  public static void clipboardNotify(ByteBuf out, boolean text) {
    extendedClipboard(out, ExtendedClipboard.NOTIFY | (text ? ExtendedClipboard.TEXT : 0), 0);
  }

  /** Hands over a text. */
  public static void clipboardProvide(ByteBuf out, ServerClipboard clipboard) {
    byte[] compressed = clipboard.compressed();
    extendedClipboard(out, ExtendedClipboard.PROVIDE | ExtendedClipboard.TEXT, compressed.length);
    out.writeBytes(compressed);
  }

  private static void extendedClipboard(ByteBuf out, int flags, int more) {
    out.writeByte(ServerMessageType.SERVER_CUT_TEXT);
    out.writeZero(3);
    out.writeInt(-(4 + more));
    out.writeInt(flags);
  }

  /** A fence, or the answer to one (rfbproto). */
  public static void fence(ByteBuf out, Fence fence) {
    byte[] payload = fence.payload();
    out.writeByte(ServerMessageType.SERVER_FENCE);
    out.writeZero(3);
    out.writeInt(fence.flags());
    out.writeByte(payload.length);
    out.writeBytes(payload);
  }

  /** Continuous updates have ended; before any have begun: they are understood (rfbproto). */
  public static void endOfContinuousUpdates(ByteBuf out) {
    out.writeByte(ServerMessageType.END_OF_CONTINUOUS_UPDATES);
  }

  /**
   * An xvp server message (rfbproto).
   *
   * @param code {@link Xvp#INIT} or {@link Xvp#FAIL}
   */
  public static void xvp(ByteBuf out, int version, int code) {
    out.writeByte(ServerMessageType.XVP);
    out.writeZero(1);
    out.writeByte(version);
    out.writeByte(code);
  }

  private static void string(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.writeBytes(bytes);
  }
}
