package org.dmore.rfb.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.Desktop;

/**
 * A desktop's picture as PNG: its true pixels, whatever clients there are. Immutable.
 *
 * <p>The desktop is read some rows at a time while it is written, so that no second copy of it
 * stands in memory; what changes meanwhile is in the picture where it was not read yet. The size is
 * that of the beginning; rows that a shrinking desktop loses meanwhile are black.
 *
 * <p>Threading: any thread but an event loop, since compression takes its time and a stream may
 * block.
 */
public final class Screenshot {
  private static final int PIXELS_AT_ONCE = 1 << 16;

  /** As small as it sensibly gets: a screenshot is kept. */
  private static final int DEFAULT_LEVEL = 6;

  private final Desktop desktop;
  private final int level;
  private final Optional<Pointer> pointer;

  private record Pointer(int x, int y) {}

  private Screenshot(Desktop desktop, int level, Optional<Pointer> pointer) {
    this.desktop = desktop;
    this.level = level;
    this.pointer = pointer;
  }

  /** Of that desktop, without its cursor, at zlib's level 6. Nothing is read yet. */
  public static Screenshot of(Desktop desktop) {
    return new Screenshot(desktop, DEFAULT_LEVEL, Optional.empty());
  }

  /**
   * With the desktop's cursor drawn, if it has one.
   *
   * @param x the column that it points at; it may lie beyond the desktop
   * @param y the row that it points at
   */
  public Screenshot withCursorAt(int x, int y) {
    return new Screenshot(desktop, level, Optional.of(new Pointer(x, y)));
  }

  /**
   * At another level.
   *
   * @param value zlib's, 0 (fast, large) to 9
   */
  public Screenshot withCompression(int value) {
    if (value < 0 || value > 9) {
      throw new IllegalArgumentException("compression=" + value + " is not within 0..9");
    }
    return new Screenshot(desktop, value, pointer);
  }

  /** Takes it and writes it; the stream is not closed. */
  public void writeTo(OutputStream out) throws IOException {
    Desktop.Size size = desktop.size();
    int width = size.width();
    int height = size.height();
    Optional<CursorShape> cursor = pointer.flatMap(at -> desktop.cursor());
    int rows = Math.max(1, PIXELS_AT_ONCE / width);
    int[] pixels = new int[rows * width];
    try (PngWriter png = new PngWriter(out, width, height, level)) {
      for (int y = 0; y < height; y += rows) {
        int now = Math.min(rows, height - y);
        desktop.copyPixels(0, y, width, now, pixels, 0, width);
        if (cursor.isPresent()) {
          draw(cursor.get(), pointer.get(), pixels, width, y, now);
        }
        for (int row = 0; row < now; row++) {
          png.row(pixels, row * width);
        }
      }
      png.finish();
    }
  }

  /**
   * Takes it and writes it to a file, which is there as a whole or not at all: one that stood there
   * before is replaced in one step.
   */
  public void writeTo(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(folder, ".screenshot", ".png");
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        writeTo(out);
      }
      Files.move(
          unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Takes it and returns the PNG's bytes. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static void draw(
      CursorShape cursor, Pointer at, int[] pixels, int width, int top, int rows) {
    for (int row = 0; row < cursor.height(); row++) {
      int y = at.y - cursor.hotspotY() + row - top;
      if (y < 0 || y >= rows) {
        continue;
      }
      for (int column = 0; column < cursor.width(); column++) {
        int x = at.x - cursor.hotspotX() + column;
        if (x >= 0 && x < width) {
          int i = y * width + x;
          pixels[i] = over(cursor.argb(column, row), pixels[i]);
        }
      }
    }
  }

  /** A pixel with alpha, not premultiplied, on an opaque one. */
  private static int over(int argb, int rgb) {
    int alpha = argb >>> 24;
    int result = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      int mixed = (argb >> shift & 0xff) * alpha + (rgb >> shift & 0xff) * (255 - alpha);
      result |= ((mixed + 127) / 255) << shift;
    }
    return result;
  }
}
