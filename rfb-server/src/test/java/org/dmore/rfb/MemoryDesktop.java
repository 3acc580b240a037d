package org.dmore.rfb;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A desktop in memory, which reports what is done to it. Thread-safe. */
public final class MemoryDesktop implements Desktop {
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile String name = "a desktop in memory";
  private Size size;
  private int[] pixels;
  private Optional<CursorShape> cursor = Optional.empty();

  public MemoryDesktop(int width, int height) {
    this.size = new Size(width, height);
    this.pixels = new int[width * height];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized Size size() {
    return size;
  }

  @Override
  public synchronized Optional<CursorShape> cursor() {
    return cursor;
  }

  @Override
  public synchronized void copyPixels(
      int x, int y, int width, int height, int[] target, int offset, int stride) {
    for (int row = 0; row < height; row++) {
      int to = offset + row * stride;
      Arrays.fill(target, to, to + width, 0);
      int inside = Math.min(width, size.width() - x);
      if (y + row < size.height() && inside > 0) {
        System.arraycopy(pixels, (y + row) * size.width() + x, target, to, inside);
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

  public int listeners() {
    return listeners.size();
  }

  /** All pixels now, row by row. */
  public synchronized int[] pixels() {
    return pixels.clone();
  }

  public synchronized int pixel(int x, int y) {
    return pixels[y * size.width() + x];
  }

  /** Fills a rectangle within the desktop. */
  public void fill(int x, int y, int width, int height, int rgb) {
    synchronized (this) {
      for (int row = y; row < y + height; row++) {
        int from = row * size.width() + x;
        Arrays.fill(pixels, from, from + width, rgb);
      }
    }
    tell(listener -> listener.damaged(x, y, width, height));
  }

  /** Fills a rectangle with what consoles, pictures and noise are made of. */
  public void scribble(Random random, int x, int y, int width, int height) {
    synchronized (this) {
      int kind = random.nextInt(6);
      int colours = List.of(1, 2, 4, 16, 100, 1 << 24).get(kind);
      int[] palette = random.ints(Math.min(colours, 100), 0, 1 << 24).toArray();
      int run = 1 + random.nextInt(40);
      int left = 0;
      int colour = 0;
      for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) {
          if (left-- <= 0) {
            left = random.nextInt(run);
            colour = kind == 5 ? random.nextInt(1 << 24) : palette[random.nextInt(palette.length)];
          }
          pixels[row * size.width() + column] = colour;
        }
      }
    }
    tell(listener -> listener.damaged(x, y, width, height));
  }

  /** Reports damage where nothing may have been done. */
  public void damage(int x, int y, int width, int height) {
    tell(listener -> listener.damaged(x, y, width, height));
  }

  /** Copies within the desktop and, as most drawing programs do, says only that it is damaged. */
  public void copySilently(int sourceX, int sourceY, int x, int y, int width, int height) {
    synchronized (this) {
      int[] moved = new int[width * height];
      copyPixels(sourceX, sourceY, width, height, moved, 0, width);
      for (int row = 0; row < height; row++) {
        System.arraycopy(moved, row * width, pixels, (y + row) * size.width() + x, width);
      }
    }
    damage(x, y, width, height);
  }

  /** Writes a line of text: a random bitmap of 8 x 16 for each character. */
  public void type(Random random, int x, int y, int characters) {
    synchronized (this) {
      for (int i = 0; i < characters; i++) {
        for (int row = 0; row < 16; row++) {
          int bits = row < 2 || row > 13 ? 0 : random.nextInt(256);
          for (int column = 0; column < 8; column++) {
            pixels[(y + row) * size.width() + x + i * 8 + column] =
                (bits >> column & 1) != 0 ? 0xaaaaaa : 0;
          }
        }
      }
    }
    damage(x, y, characters * 8, 16);
  }

  /** Fills a rectangle with something like a photo: smooth waves, fine grain and an edge. */
  public void photograph(Random random, int x, int y, int width, int height) {
    double slope = 0.5 + random.nextDouble();
    synchronized (this) {
      for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) {
          double wave = Math.sin(column / 37.0) + Math.cos(row / 29.0 + column / 91.0);
          int light = row < slope * column ? 140 : 100;
          int grain = random.nextInt(7);
          int red = light + (int) (40 * wave) + grain;
          int green = light + (int) (30 * Math.sin(wave + row / 51.0)) + grain;
          int blue = light - (int) (35 * wave) + grain;
          pixels[row * size.width() + column] = red << 16 | green << 8 | blue;
        }
      }
    }
    tell(listener -> listener.damaged(x, y, width, height));
  }

  /**
   * Copies within the desktop and says so while no one can read pixels, as {@link
   * Desktop.Listener#copied} asks.
   */
  public synchronized void copy(int sourceX, int sourceY, int x, int y, int width, int height) {
    int[] moved = new int[width * height];
    copyPixels(sourceX, sourceY, width, height, moved, 0, width);
    for (int row = 0; row < height; row++) {
      System.arraycopy(moved, row * width, pixels, (y + row) * size.width() + x, width);
    }
    tell(listener -> listener.copied(sourceX, sourceY, x, y, width, height));
  }

  /** Takes another size; what fits is kept, the rest is black. */
  public void resize(int width, int height) {
    synchronized (this) {
      int[] next = new int[width * height];
      copyPixels(0, 0, width, height, next, 0, width);
      pixels = next;
      size = new Size(width, height);
    }
    tell(Listener::resized);
  }

  public void cursor(Optional<CursorShape> shape) {
    synchronized (this) {
      cursor = shape;
    }
    tell(Listener::cursorChanged);
  }

  public void rename(String now) {
    name = now;
    tell(Listener::renamed);
  }

  private void tell(Consumer<Listener> what) {
    listeners.forEach(what);
  }
}
