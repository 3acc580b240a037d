package org.dmore.benchmarks.lab.viewer;

import static org.dmore.benchmarks.lab.viewer.ProtocolException.check;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads framebuffer updates onto a canvas (RFC 6143, 7.6.1). For one thread. */
final class UpdateReader implements AutoCloseable {
  static final int RAW = 0;
  static final int COPY_RECT = 1;
  static final int ZRLE = 16;
  static final int DESKTOP_SIZE = -223;
  static final int QEMU_KEY = -258;
  static final int DESKTOP_NAME = -307;

  private static final int MAX_NAME = 4096;

  private final Canvas canvas;
  private final ZrleReader zrle = new ZrleReader();
  private volatile boolean scancodes;

  UpdateReader(Canvas canvas) {
    this.canvas = canvas;
  }

  /** What it reads, best first. */
  static int[] encodings() {
    return new int[] {ZRLE, COPY_RECT, RAW, DESKTOP_SIZE, DESKTOP_NAME, QEMU_KEY};
  }

  /** Whether the server said that it takes scancodes. */
  boolean takesScancodes() {
    return scancodes;
  }

  /** Reads an update after its type; answers whether the desktop's size has changed. */
  boolean read(DataInputStream in) throws IOException {
    in.readByte();
    int count = in.readUnsignedShort();
    boolean resized = false;
    for (int i = 0; i < count; i++) {
      check(!resized, "pixels after a new size in one update");
      int x = in.readUnsignedShort();
      int y = in.readUnsignedShort();
      int w = in.readUnsignedShort();
      int h = in.readUnsignedShort();
      int encoding = in.readInt();
      check(
          encoding < 0 || canvas.contains(x, y, w, h),
          "a rectangle of %dx%d+%d+%d beyond the desktop".formatted(w, h, x, y));
      switch (encoding) {
        case RAW -> canvas.put(x, y, w, h, raw(in, w * h));
        case ZRLE -> canvas.put(x, y, w, h, zrle.read(in, w, h));
        case COPY_RECT -> copy(in, x, y, w, h);
        case DESKTOP_SIZE -> {
          resized = true;
          canvas.resize(w, h);
        }
        case DESKTOP_NAME -> {
          String unused = text(in);
        }
        case QEMU_KEY -> scancodes = true;
        default -> throw new ProtocolException("encoding=" + encoding + " was not offered");
      }
    }
    return resized;
  }

  /** A text with its length before it. */
  static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    check(length >= 0 && length <= MAX_NAME, "a text of bytes=" + length);
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void copy(DataInputStream in, int x, int y, int w, int h) throws IOException {
    int fromX = in.readUnsignedShort();
    int fromY = in.readUnsignedShort();
    check(canvas.contains(fromX, fromY, w, h), "a copy from beyond the desktop");
    canvas.copy(fromX, fromY, x, y, w, h);
  }

  private static int[] raw(DataInputStream in, int count) throws IOException {
    int[] pixels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = Integer.reverseBytes(in.readInt()) & 0xffffff;
    }
    return pixels;
  }

  @Override
  public void close() {
    zrle.close();
  }
}
