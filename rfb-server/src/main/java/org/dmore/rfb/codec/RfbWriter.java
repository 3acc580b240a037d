package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.SecurityTypeNumber;
import org.dmore.rfb.protocol.ServerMessageType;

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

  private static void string(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.writeBytes(bytes);
  }
}
