package org.dmore.benchmarks.lab.viewer;

import java.nio.ByteBuffer;

/** What an RFB client sends, as bytes (RFC 6143, 7.5, and QEMU's extension for scancodes). */
public final class RfbMessages {
  private static final byte SET_PIXEL_FORMAT = 0;
  private static final byte SET_ENCODINGS = 2;
  private static final byte UPDATE_REQUEST = 3;
  private static final byte KEY = 4;
  private static final byte POINTER = 5;
  private static final byte QEMU = (byte) 255;
  private static final byte QEMU_KEY = 0;

  private RfbMessages() {}

  /** A key by its keysym. */
  public static byte[] key(boolean down, int keysym) {
    return ByteBuffer.allocate(8)
        .put(KEY)
        .put(flag(down))
        .putShort((short) 0)
        .putInt(keysym)
        .array();
  }

  /** A key by its keysym and its XT scancode; 0xe0-prefixed codes come with 0x80 set. */
  public static byte[] key(boolean down, int keysym, int scancode) {
    return ByteBuffer.allocate(12)
        .put(QEMU)
        .put(QEMU_KEY)
        .putShort((short) (down ? 1 : 0))
        .putInt(keysym)
        .putInt(scancode)
        .array();
  }

  /**
   * The pointer.
   *
   * @param buttons bit 0 left, 1 middle, 2 right, 3 wheel up, 4 wheel down
   */
  public static byte[] pointer(int buttons, int x, int y) {
    return ByteBuffer.allocate(6)
        .put(POINTER)
        .put((byte) buttons)
        .putShort((short) x)
        .putShort((short) y)
        .array();
  }

  static byte[] updateRequest(boolean incremental, int width, int height) {
    return ByteBuffer.allocate(10)
        .put(UPDATE_REQUEST)
        .put(flag(incremental))
        .putInt(0)
        .putShort((short) width)
        .putShort((short) height)
        .array();
  }

  /** 32 bits a pixel, 24 of them colour, little-endian, red at 16. */
  static byte[] pixelFormat() {
    return ByteBuffer.allocate(20)
        .put(SET_PIXEL_FORMAT)
        .put(new byte[3])
        .put(new byte[] {32, 24, 0, 1, 0, (byte) 255, 0, (byte) 255, 0, (byte) 255, 16, 8, 0})
        .array();
  }

  static byte[] encodings(int... encodings) {
    ByteBuffer message = ByteBuffer.allocate(4 + Integer.BYTES * encodings.length);
    message.put(SET_ENCODINGS).put((byte) 0).putShort((short) encodings.length);
    message.asIntBuffer().put(encodings);
    return message.array();
  }

  private static byte flag(boolean on) {
    return (byte) (on ? 1 : 0);
  }
}
