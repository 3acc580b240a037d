package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;

/**
 * Takes the frames' headers out of what a WebSocket client sends (RFC 6455, section 5), so that the
 * payload of its binary messages is left.
 *
 * <p>To RFB neither frames nor messages have a meaning, so none is put together: a frame of any
 * length is unmasked piece by piece in the buffer that came from the socket. Memory does not grow
 * with what a frame claims to be, and nothing is allocated.
 *
 * <p>Not thread-safe.
 */
final class WebSocketReader {
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int MAX_CONTROL_PAYLOAD = 125;

  /** Codes of a Close, section 7.4.1. */
  static final int NORMAL = 1000;

  static final int PROTOCOL_ERROR = 1002;
  static final int UNACCEPTABLE_DATA = 1003;
  static final int TOO_BIG = 1009;

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int FIN = 0x80;
  private static final int RESERVED_BITS = 0x70;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;

  /** Flags and opcode, length, 8 more bytes of length, mask. */
  private static final int MAX_HEADER = 14;

  /** Where a connection stands. */
  enum State {
    /** More frames may come. */
    OPEN,
    /** The client sent a Close. */
    CLOSED,
    /** The client broke the protocol. */
    VIOLATED
  }

  private final long maxFrame;

  private State state = State.OPEN;
  private final byte[] header = new byte[MAX_HEADER];
  private int headerLength;
  private int headerNeeded = 2;
  private boolean inPayload;
  private boolean messageOpen;
  private int opcode;
  private long payloadLeft;
  private int mask;

  private final byte[] control = new byte[MAX_CONTROL_PAYLOAD];
  private int controlLength;
  private final byte[] ping = new byte[MAX_CONTROL_PAYLOAD];
  private int pingLength = -1;

  private int closeCode = NORMAL;
  private String violation = "";

  /**
   * Makes a reader for one connection.
   *
   * @param maxFrame longest payload of a frame, in bytes
   */
  WebSocketReader(long maxFrame) {
    this.maxFrame = maxFrame;
  }

  /**
   * Replaces what came from the socket by the payload that it holds; what follows a Close or a
   * violation is left out.
   */
  State read(ByteBuf in) {
    int start = -1;
    int end = in.readerIndex();
    while (state == State.OPEN && in.isReadable()) {
      if (!inPayload) {
        readHeader(in);
      } else {
        int length = (int) Math.min(payloadLeft, in.readableBytes());
        if (isControl(opcode)) {
          readControl(in, length);
        } else {
          if (start < 0) {
            // The first payload stays where it is; those that follow are moved up to it.
            start = in.readerIndex();
            end = start;
          }
          unmask(in, in.readerIndex(), end, length);
          in.skipBytes(length);
          end += length;
        }
        payloadLeft -= length;
      }
      if (inPayload && payloadLeft == 0) {
        inPayload = false;
        if (isControl(opcode)) {
          endControl();
        }
      }
    }
    in.setIndex(start < 0 ? end : start, end);
    return state;
  }

  /** What the client did wrong, if {@link State#VIOLATED}. */
  String violation() {
    return violation;
  }

  /** What to answer a Close or a violation with. */
  int closeCode() {
    return closeCode;
  }

  /** Whether a ping came that was not answered. Of several only the last counts (5.5.3). */
  boolean hasPing() {
    return pingLength >= 0;
  }

  /** Writes the payload of the pong that is due; none is due then. */
  void takePong(ByteBuf out) {
    out.writeBytes(ping, 0, pingLength);
    pingLength = -1;
  }

  /** Length of the pong's payload, if one is due. */
  int pongLength() {
    return pingLength;
  }

  private static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }

  private void readHeader(ByteBuf in) {
    while (in.isReadable() && headerLength < headerNeeded) {
      header[headerLength++] = in.readByte();
      if (headerLength == 2 && checkStart()) {
        int length = header[1] & 0x7f;
        headerNeeded = 6 + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0);
      }
    }
    if (state == State.OPEN && headerLength == headerNeeded) {
      headerLength = 0;
      headerNeeded = 2;
      beginFrame();
    }
  }

  /** Looks at the first two bytes, before a length is believed. */
  private boolean checkStart() {
    opcode = header[0] & 0x0f;
    boolean last = (header[0] & FIN) != 0;
    if ((header[0] & RESERVED_BITS) != 0) {
      return violated(PROTOCOL_ERROR, "reserved bits are set, but no extension was agreed on");
    }
    if ((header[1] & MASKED) == 0) {
      return violated(PROTOCOL_ERROR, "a client's frame is not masked");
    }
    if (isControl(opcode)) {
      if (opcode > PONG) {
        return violated(PROTOCOL_ERROR, "opcode=" + opcode + " is not known");
      }
      if (!last) {
        return violated(PROTOCOL_ERROR, "a control frame is fragmented");
      }
      if ((header[1] & 0x7f) > MAX_CONTROL_PAYLOAD) {
        return violated(
            PROTOCOL_ERROR, "a control frame is longer than " + MAX_CONTROL_PAYLOAD + " bytes");
      }
      return true;
    }
    if (opcode == TEXT) {
      return violated(UNACCEPTABLE_DATA, "a text message came, but RFB is binary");
    }
    if (opcode > BINARY) {
      return violated(PROTOCOL_ERROR, "opcode=" + opcode + " is not known");
    }
    if ((opcode == CONTINUATION) != messageOpen) {
      return violated(
          PROTOCOL_ERROR,
          messageOpen
              ? "a message began before the last one ended"
              : "a message is continued that did not begin");
    }
    messageOpen = !last;
    return true;
  }

  private void beginFrame() {
    int at = 2;
    int shortLength = header[1] & 0x7f;
    long length = shortLength;
    if (shortLength >= LENGTH_16) {
      int bytes = shortLength == LENGTH_16 ? 2 : 8;
      length = bigEndian(at, bytes);
      at += bytes;
      if (length >= 0 && length < (bytes == 2 ? LENGTH_16 : 1L << 16)) {
        violated(PROTOCOL_ERROR, "length=" + length + " is not in its shortest form");
        return;
      }
    }
    if (length < 0 || length > maxFrame) {
      violated(TOO_BIG, "frame of bytes=" + Long.toUnsignedString(length) + ": limit=" + maxFrame);
      return;
    }
    mask = (int) bigEndian(at, 4);
    payloadLeft = length;
    inPayload = true;
    controlLength = 0;
  }

  private long bigEndian(int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (header[at + i] & 0xff);
    }
    return value;
  }

  /** Takes the mask off while bytes move from one place to the same or an earlier one. */
  private void unmask(ByteBuf in, int from, int to, int length) {
    int i = 0;
    long mask8 = ((long) mask << 32) | (mask & 0xffffffffL);
    for (; i + 8 <= length; i += 8) {
      in.setLong(to + i, in.getLong(from + i) ^ mask8);
    }
    for (; i < length; i++) {
      in.setByte(to + i, in.getByte(from + i) ^ (mask >>> (24 - 8 * (i & 3))));
    }
    // The rest of the frame may come in another buffer: its first byte goes on with the mask.
    mask = Integer.rotateLeft(mask, 8 * (length & 3));
  }

  private void readControl(ByteBuf in, int length) {
    for (int i = 0; i < length; i++) {
      control[controlLength++] = (byte) (in.readByte() ^ (mask >>> 24));
      mask = Integer.rotateLeft(mask, 8);
    }
  }

  private void endControl() {
    if (opcode == PING) {
      System.arraycopy(control, 0, ping, 0, controlLength);
      pingLength = controlLength;
    } else if (opcode == CLOSE) {
      endWithClose();
    }
  }

  private void endWithClose() {
    if (controlLength == 1) {
      violated(PROTOCOL_ERROR, "a Close of 1 byte");
      return;
    }
    if (controlLength >= 2) {
      int code = ((control[0] & 0xff) << 8) | (control[1] & 0xff);
      if (!mayBeSent(code)) {
        violated(PROTOCOL_ERROR, "a Close with code=" + code);
        return;
      }
      closeCode = code;
    }
    state = State.CLOSED;
  }

  /** Section 7.4: the codes that an endpoint may put into a Close. */
  private static boolean mayBeSent(int code) {
    boolean defined = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    boolean registeredOrPrivate = code >= 3000 && code < 5000;
    return defined || registeredOrPrivate;
  }

  private boolean violated(int code, String what) {
    state = State.VIOLATED;
    closeCode = code;
    violation = what;
    return false;
  }
}
