package org.dmore.vdev.console;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.rfb.Desktop;
import org.dmore.vdev.backend.Framebuffer;
import org.dmore.xen.SharedPage;

/**
 * The guest's framebuffer as an RFB desktop.
 *
 * <p>While the framebuffer is detached, for a move or because the guest is gone, viewers go on
 * seeing the last picture, which is kept in DomR's own memory for that time alone. When it comes
 * back, only what differs from that picture counts as damaged.
 *
 * <p>Confined to the console's event loop, the only one of the RFB server in DomR; size and name
 * may be read from anywhere.
 */
public final class GuestDesktop implements Desktop {
  /** Side of the squares in which a returned framebuffer is compared with the kept picture. */
  private static final int TILE = 64;

  /** Linux's defaults, {@code XENFB_WIDTH} and {@code XENFB_HEIGHT}: what will most likely come. */
  private static final Size BEFORE_FIRST = new Size(800, 600);

  private final String guestName;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private volatile Size size = BEFORE_FIRST;
  private volatile boolean live;
  private Framebuffer shape;
  private SharedPage pixels;
  private int[] kept = new int[0];
  private byte[] rowBytes = new byte[0];

  /** Makes a desktop without a framebuffer: black until one is connected. */
  public GuestDesktop(String guestName) {
    this.guestName = guestName;
  }

  @Override
  public String name() {
    return guestName;
  }

  @Override
  public Size size() {
    return size;
  }

  /** Whether the guest's framebuffer is connected; if not, a kept picture or black is shown. */
  public boolean isLive() {
    return live;
  }

  @Override
  public void copyPixels(
      int x, int y, int width, int height, int[] target, int offset, int stride) {
    Size now = size;
    for (int row = 0; row < height; row++) {
      int to = offset + row * stride;
      int inside = y + row < now.height() ? Math.max(0, Math.min(width, now.width() - x)) : 0;
      if (inside > 0) {
        copyRow(x, y + row, inside, target, to);
      }
      for (int i = inside; i < width; i++) {
        target[to + i] = 0;
      }
    }
  }

  @Override
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /** Shows a framebuffer from now on. */
  void connect(Framebuffer framebuffer, SharedPage memory) {
    Size before = size;
    shape = framebuffer;
    pixels = memory;
    size = new Size(framebuffer.width(), framebuffer.height());
    live = true;
    int[] old = kept;
    kept = new int[0];
    if (!size.equals(before)) {
      listeners.forEach(Listener::resized);
    } else if (old.length == 0) {
      damaged(0, 0, size.width(), size.height());
    } else {
      damageWhatDiffers(old);
    }
  }

  /** Keeps the picture and lets the framebuffer go; it is still mapped during this call. */
  void disconnect() {
    int[] picture = new int[size.width() * size.height()];
    copyPixels(0, 0, size.width(), size.height(), picture, 0, size.width());
    forget(picture);
  }

  /** The framebuffer is gone and cannot be read any more. */
  void abandon() {
    forget(new int[size.width() * size.height()]);
    damaged(0, 0, size.width(), size.height());
  }

  /** The guest changed the shape of its connected framebuffer. */
  void reshape(Framebuffer framebuffer) {
    shape = framebuffer;
    Size changed = new Size(framebuffer.width(), framebuffer.height());
    if (changed.equals(size)) {
      damaged(0, 0, changed.width(), changed.height());
    } else {
      size = changed;
      listeners.forEach(Listener::resized);
    }
  }

  /** Pixels of the connected framebuffer changed. */
  void damaged(int x, int y, int width, int height) {
    for (Listener listener : listeners) {
      listener.damaged(x, y, width, height);
    }
  }

  private void forget(int[] picture) {
    kept = picture;
    pixels = null;
    live = false;
  }

  private void damageWhatDiffers(int[] old) {
    int width = size.width();
    int height = size.height();
    int[] tile = new int[TILE * TILE];
    for (int y = 0; y < height; y += TILE) {
      int rows = Math.min(TILE, height - y);
      for (int x = 0; x < width; x += TILE) {
        int columns = Math.min(TILE, width - x);
        copyPixels(x, y, columns, rows, tile, 0, TILE);
        if (differs(old, y * width + x, width, tile, columns, rows)) {
          damaged(x, y, columns, rows);
        }
      }
    }
  }

  private static boolean differs(
      int[] old, int from, int stride, int[] tile, int columns, int rows) {
    for (int row = 0; row < rows; row++) {
      int at = from + row * stride;
      if (!java.util.Arrays.equals(old, at, at + columns, tile, row * TILE, row * TILE + columns)) {
        return true;
      }
    }
    return false;
  }

  private void copyRow(int x, int y, int count, int[] target, int to) {
    if (pixels == null) {
      int at = y * size.width() + x;
      for (int i = 0; i < count; i++) {
        target[to + i] = at + i < kept.length ? kept[at + i] : 0;
      }
      return;
    }
    int from = shape.offset() + y * shape.stride() + x * shape.bytesPerPixel();
    switch (shape.depth()) {
      case 32 -> {
        pixels.getInts(from, target, to, count);
        for (int i = to; i < to + count; i++) {
          target[i] &= 0xffffff;
        }
      }
      case 16 -> {
        byte[] bytes = rowBytes(from, count * 2);
        for (int i = 0; i < count; i++) {
          target[to + i] = fromRgb565((bytes[2 * i] & 0xff) | (bytes[2 * i + 1] & 0xff) << 8);
        }
      }
      default -> {
        byte[] bytes = rowBytes(from, count);
        for (int i = 0; i < count; i++) {
          target[to + i] = fromRgb332(bytes[i] & 0xff);
        }
      }
    }
  }

  private byte[] rowBytes(int from, int count) {
    if (rowBytes.length < count) {
      rowBytes = new byte[count];
    }
    pixels.getBytes(from, rowBytes, 0, count);
    return rowBytes;
  }

  private static int fromRgb565(int pixel) {
    int red = pixel >> 11 & 0x1f;
    int green = pixel >> 5 & 0x3f;
    int blue = pixel & 0x1f;
    return (red * 255 / 31) << 16 | (green * 255 / 63) << 8 | blue * 255 / 31;
  }

  private static int fromRgb332(int pixel) {
    int red = pixel >> 5 & 7;
    int green = pixel >> 2 & 7;
    int blue = pixel & 3;
    return (red * 255 / 7) << 16 | (green * 255 / 7) << 8 | blue * 255 / 3;
  }
}
