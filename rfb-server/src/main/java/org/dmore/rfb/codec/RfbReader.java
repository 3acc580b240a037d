package org.dmore.rfb.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmore.rfb.protocol.ClientCutText;
import org.dmore.rfb.protocol.ClientMessageType;
import org.dmore.rfb.protocol.EnableContinuousUpdates;
import org.dmore.rfb.protocol.Fence;
import org.dmore.rfb.protocol.FramebufferUpdateRequest;
import org.dmore.rfb.protocol.PixelFormat;
import org.dmore.rfb.protocol.ProtocolVersion;
import org.dmore.rfb.protocol.PseudoEncoding;
import org.dmore.rfb.protocol.Rectangle;
import org.dmore.rfb.protocol.RfbProtocolException;
import org.dmore.rfb.protocol.SetDesktopSize;
import org.dmore.rfb.protocol.SetEncodings;
import org.dmore.rfb.protocol.SetPixelFormat;
import org.dmore.rfb.protocol.XvpRequest;

/**
 * Parses a client's bytes, one message a call, and hands them to an {@link RfbHandler}.
 *
 * <p>A message of fixed length is read only when all of it is there, so what is left of a buffer is
 * always the beginning of a message. SetEncodings and an overlong ClientCutText are read as they
 * come and never stand in memory as a whole. Keys and pointer allocate nothing.
 *
 * <p>Not thread-safe: used on the connection's event loop.
 */
public final class RfbReader {

  /** What the next byte begins. */
  public enum State {
    VERSION,
    SECURITY_TYPE,
    SECURITY,
    /** Nothing is read until the handler says so: it waits for something else than the client. */
    WAIT,
    CLIENT_INIT,
    MESSAGE,
    /** Within SetEncodings, before one of its numbers. */
    ENCODINGS,
    /** Within a ClientCutText that is left out. */
    SKIPPED_CUT_TEXT,
    /** Terminal: whatever comes is thrown away. */
    BAD_MESSAGE
  }

  /** Bytes that a step of a security type may have; RSA keys and names with passwords fit. */
  private static final int MAX_SECURITY_STEP = 16 * 1024;

  /** Bytes that a message other than a clipboard may have; a layout of 255 screens fits. */
  private static final int MAX_MESSAGE = 8 * 1024;

  /** Marks, among the buttons of a PointerEvent, that a byte with more of them follows. */
  private static final int MORE_BUTTONS = 0x80;

  /** What that byte may hold: back and forward. The other bits are reserved. */
  private static final int BACK_AND_FORWARD = 0x03;

  /** What a client may send, unasked, while the server waits: one read of its socket. */
  private static final int MAX_WAITING = 1 << 16;

  private static final byte[] VERSION_PATTERN = "RFB 000.000\n".getBytes(StandardCharsets.US_ASCII);

  private final RfbHandler handler;
  private final int maxCutText;
  private final int maxEncodings;

  private State state = State.VERSION;
  private List<Integer> encodings = List.of();
  private long left;
  private final Set<PseudoEncoding> agreed = EnumSet.noneOf(PseudoEncoding.class);
  private boolean extendedMouseButtons;

  /**
   * Makes a reader that waits for the version.
   *
   * @param maxCutText bytes of a ClientCutText that are taken; a longer one is left out
   * @param maxEncodings numbers of a SetEncodings that are kept; those after are left out
   */
  public RfbReader(RfbHandler handler, int maxCutText, int maxEncodings) {
    if (maxCutText < 0 || maxEncodings < 1) {
      throw new IllegalArgumentException(
          "maxCutText=" + maxCutText + " maxEncodings=" + maxEncodings + " must be positive");
    }
    this.handler = handler;
    this.maxCutText = maxCutText;
    this.maxEncodings = maxEncodings;
  }

  public State state() {
    return state;
  }

  /** Says what comes next. Nothing comes after {@link State#BAD_MESSAGE}. */
  public void expect(State next) {
    if (state != State.BAD_MESSAGE) {
      state = next;
    }
  }

  /**
   * The most bytes that {@link #read} may leave in a buffer because what they begin is not there in
   * full: whoever gathers more gathers for ever.
   */
  public int maxUnread() {
    return switch (state) {
      case SECURITY -> MAX_SECURITY_STEP;
      case WAIT -> MAX_WAITING;
      case MESSAGE -> Math.max(MAX_MESSAGE, 8 + maxCutText);
      default -> ProtocolVersion.MESSAGE_LENGTH;
    };
  }

  /**
   * Says which extensions hold: the client offers them and the server has taken them up. Messages
   * of an extension are read from then on; they stay allowed if a client offers it no longer, since
   * some may be on their way. Only PointerEvent's form goes with what is offered now.
   */
  public void agree(Set<PseudoEncoding> extensions) {
    agreed.addAll(extensions);
    extendedMouseButtons = extensions.contains(PseudoEncoding.EXTENDED_MOUSE_BUTTONS);
  }

  /**
   * Parses one message, or a part of a long one.
   *
   * @return false if {@code in} does not hold a whole one; it is then left as it was
   * @throws RfbProtocolException if the bytes are not RFB; the state is then {@link
   *     State#BAD_MESSAGE}
   */
  public boolean read(ByteBuf in) {
    if (!in.isReadable()) {
      return false;
    }
    try {
      return switch (state) {
        case VERSION -> readVersion(in);
        case SECURITY_TYPE -> readSecurityType(in);
        case SECURITY -> handler.security(in);
        case WAIT -> false;
        case CLIENT_INIT -> readClientInit(in);
        case MESSAGE -> readMessage(in);
        case ENCODINGS -> readEncodings(in);
        case SKIPPED_CUT_TEXT -> skipCutText(in);
        case BAD_MESSAGE -> {
          in.skipBytes(in.readableBytes());
          yield true;
        }
      };
    } catch (RfbProtocolException e) {
      state = State.BAD_MESSAGE;
      throw e;
    }
  }

  private boolean readVersion(ByteBuf in) {
    int there = Math.min(in.readableBytes(), ProtocolVersion.MESSAGE_LENGTH);
    for (int i = 0; i < there; i++) {
      // Checked as far as it has come, so that a browser or an ssh client hears at once.
      byte want = VERSION_PATTERN[i];
      byte have = in.getByte(in.readerIndex() + i);
      if (want == '0' ? have < '0' || have > '9' : have != want) {
        throw new RfbProtocolException(
            "this is not an RFB client: first-bytes=" + printable(in, there));
      }
    }
    if (there < ProtocolVersion.MESSAGE_LENGTH) {
      return false;
    }
    int major = number(in, in.readerIndex() + 4);
    int minor = number(in, in.readerIndex() + 8);
    in.skipBytes(ProtocolVersion.MESSAGE_LENGTH);
    handler.version(ProtocolVersion.of(major, minor));
    return true;
  }

  private boolean readSecurityType(ByteBuf in) {
    handler.securityType(in.readUnsignedByte());
    return true;
  }

  private boolean readClientInit(ByteBuf in) {
    handler.clientInit(in.readByte() != 0);
    return true;
  }

  private boolean readMessage(ByteBuf in) {
    int at = in.readerIndex();
    int there = in.readableBytes();
    int type = in.getUnsignedByte(at);
    switch (type) {
      case ClientMessageType.KEY_EVENT -> {
        if (there < 8) {
          return false;
        }
        boolean down = in.getByte(at + 1) != 0;
        int keysym = in.getInt(at + 4);
        in.skipBytes(8);
        handler.key(down, keysym, 0);
        return true;
      }
      case ClientMessageType.POINTER_EVENT -> {
        if (there < 6) {
          return false;
        }
        int buttons = in.getUnsignedByte(at + 1);
        int x = in.getUnsignedShort(at + 2);
        int y = in.getUnsignedShort(at + 4);
        if (extendedMouseButtons && (buttons & MORE_BUTTONS) != 0) {
          if (there < 7) {
            return false;
          }
          buttons = (buttons & ~MORE_BUTTONS) | (in.getByte(at + 6) & BACK_AND_FORWARD) << 7;
          in.skipBytes(1);
        }
        in.skipBytes(6);
        handler.pointer(buttons, x, y);
        return true;
      }
      case ClientMessageType.FRAMEBUFFER_UPDATE_REQUEST -> {
        if (there < 10) {
          return false;
        }
        boolean incremental = in.getByte(at + 1) != 0;
        Rectangle area = rectangle(in, at + 2);
        in.skipBytes(10);
        handler.message(new FramebufferUpdateRequest(incremental, area));
        return true;
      }
      case ClientMessageType.SET_PIXEL_FORMAT -> {
        if (there < 4 + PixelFormat.LENGTH) {
          return false;
        }
        PixelFormat format = pixelFormat(in, at + 4);
        in.skipBytes(4 + PixelFormat.LENGTH);
        handler.message(new SetPixelFormat(format));
        return true;
      }
      case ClientMessageType.SET_ENCODINGS -> {
        if (there < 4) {
          return false;
        }
        left = in.getUnsignedShort(at + 2);
        in.skipBytes(4);
        encodings = new ArrayList<>((int) Math.min(left, maxEncodings));
        state = State.ENCODINGS;
        finishEncodings();
        return true;
      }
      case ClientMessageType.CLIENT_CUT_TEXT -> {
        return readCutText(in, at, there);
      }
      case ClientMessageType.SET_DESKTOP_SIZE -> {
        int length = 8 + 16 * (there < 8 ? 0 : in.getUnsignedByte(at + 6));
        if (there < length) {
          return false;
        }
        int width = in.getUnsignedShort(at + 2);
        int height = in.getUnsignedShort(at + 4);
        in.skipBytes(length);
        handler.message(new SetDesktopSize(width, height));
        return true;
      }
      case ClientMessageType.ENABLE_CONTINUOUS_UPDATES -> {
        requireAgreed(PseudoEncoding.CONTINUOUS_UPDATES);
        if (there < 10) {
          return false;
        }
        boolean enable = in.getByte(at + 1) != 0;
        Rectangle area = rectangle(in, at + 2);
        in.skipBytes(10);
        handler.message(new EnableContinuousUpdates(enable, area));
        return true;
      }
      case ClientMessageType.CLIENT_FENCE -> {
        return readFence(in, at, there);
      }
      case ClientMessageType.XVP -> {
        requireAgreed(PseudoEncoding.XVP);
        if (there < 4) {
          return false;
        }
        int version = in.getUnsignedByte(at + 2);
        int code = in.getUnsignedByte(at + 3);
        in.skipBytes(4);
        handler.message(new XvpRequest(version, code));
        return true;
      }
      case ClientMessageType.QEMU -> {
        if (there >= 2 && in.getUnsignedByte(at + 1) != ClientMessageType.QEMU_EXTENDED_KEY_EVENT) {
          throw new RfbProtocolException(
              "QEMU submessage=" + in.getUnsignedByte(at + 1) + " was not offered");
        }
        if (there < 12) {
          return false;
        }
        boolean down = in.getUnsignedShort(at + 2) != 0;
        int keysym = in.getInt(at + 4);
        int scancode = in.getInt(at + 8);
        in.skipBytes(12);
        handler.key(down, keysym, scancode);
        return true;
      }
      default -> throw new RfbProtocolException("message-type=" + type + " is not known");
    }
  }

  private boolean readEncodings(ByteBuf in) {
    if (in.readableBytes() < 4) {
      return false;
    }
    int encoding = in.readInt();
    if (encodings.size() < maxEncodings) {
      encodings.add(encoding);
    }
    left--;
    finishEncodings();
    return true;
  }

  private void finishEncodings() {
    if (left == 0) {
      state = State.MESSAGE;
      List<Integer> all = encodings;
      encodings = List.of();
      handler.message(new SetEncodings(all));
    }
  }

  private boolean readCutText(ByteBuf in, int at, int there) {
    if (there < 8) {
      return false;
    }
    int length = in.getInt(at + 4);
    if (length < 0) {
      return readExtendedClipboard(in, -(long) length, there);
    }
    if (length > maxCutText) {
      return leaveOutCutText(in, length);
    }
    if (there - 8 < length) {
      return false;
    }
    in.skipBytes(8);
    String text = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
    handler.message(new ClientCutText(ClipboardCodec.toLines(text)));
    return true;
  }

  private boolean leaveOutCutText(ByteBuf in, long length) {
    in.skipBytes(8);
    left = length;
    state = State.SKIPPED_CUT_TEXT;
    handler.cutTextTooLong(length);
    return true;
  }

  private boolean readExtendedClipboard(ByteBuf in, long length, int there) {
    if (!agreed.contains(PseudoEncoding.EXTENDED_CLIPBOARD)) {
      throw new RfbProtocolException(
          "cut-text-length=-" + length + ": the extended clipboard was not offered");
    }
    if (length > maxCutText) {
      return leaveOutCutText(in, length);
    }
    if (there - 8 < length) {
      return false;
    }
    in.skipBytes(8);
    ClipboardCodec.Parsed parsed = ClipboardCodec.parse(in.readSlice((int) length), maxCutText);
    if (parsed instanceof ClipboardCodec.Parsed.Message what) {
      handler.message(what.message());
    } else if (parsed instanceof ClipboardCodec.Parsed.TooLong tooLong) {
      handler.cutTextTooLong(tooLong.length());
    }
    return true;
  }

  /** A fence that was not agreed on is skipped: who sends it and gets no answer does without. */
  private boolean readFence(ByteBuf in, int at, int there) {
    if (there < 9) {
      return false;
    }
    int length = in.getUnsignedByte(at + 8);
    if (length > Fence.MAX_PAYLOAD) {
      throw new RfbProtocolException(
          "fence-length=" + length + " is more than " + Fence.MAX_PAYLOAD);
    }
    if (there < 9 + length) {
      return false;
    }
    byte[] payload = new byte[length];
    in.getBytes(at + 9, payload);
    Fence fence = new Fence(in.getInt(at + 4), payload);
    in.skipBytes(9 + length);
    if (agreed.contains(PseudoEncoding.FENCE)) {
      handler.message(fence);
    }
    return true;
  }

  private void requireAgreed(PseudoEncoding extension) {
    if (!agreed.contains(extension)) {
      throw new RfbProtocolException("a message of extension=" + extension + " was not offered");
    }
  }

  private static Rectangle rectangle(ByteBuf in, int at) {
    return new Rectangle(
        in.getUnsignedShort(at),
        in.getUnsignedShort(at + 2),
        in.getUnsignedShort(at + 4),
        in.getUnsignedShort(at + 6));
  }

  private boolean skipCutText(ByteBuf in) {
    int now = (int) Math.min(left, in.readableBytes());
    in.skipBytes(now);
    left -= now;
    if (left == 0) {
      state = State.MESSAGE;
    }
    return true;
  }

  private static PixelFormat pixelFormat(ByteBuf in, int at) {
    return new PixelFormat(
        in.getUnsignedByte(at),
        in.getUnsignedByte(at + 1),
        in.getByte(at + 2) != 0,
        in.getByte(at + 3) != 0,
        in.getUnsignedShort(at + 4),
        in.getUnsignedShort(at + 6),
        in.getUnsignedShort(at + 8),
        in.getUnsignedByte(at + 10),
        in.getUnsignedByte(at + 11),
        in.getUnsignedByte(at + 12));
  }

  private static int number(ByteBuf in, int at) {
    return (in.getByte(at) - '0') * 100
        + (in.getByte(at + 1) - '0') * 10
        + (in.getByte(at + 2) - '0');
  }

  private static String printable(ByteBuf in, int length) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < length; i++) {
      int b = in.getUnsignedByte(in.readerIndex() + i);
      text.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : "\\x%02x".formatted(b));
    }
    return text.append('"').toString();
  }
}
