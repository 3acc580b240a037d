package org.dmore.benchmarks.frames;

import java.util.Random;
import org.dmore.coordinator.demo.guest.ConsoleFont;

/** Paints what desktops are made of. */
final class Painter {
  private static final int GREY = 0xaaaaaa;
  private static final int[] COLOURS = {0x55ff55, 0xff5555, 0x5555ff, 0xffff55, 0x55ffff};
  private static final String[] WORDS = {
    "kernel:",
    "eth0:",
    "link",
    "is",
    "up,",
    "mounted",
    "filesystem",
    "with",
    "ordered",
    "data",
    "mode.",
    "Started",
    "Network",
    "Time",
    "Synchronization.",
    "device",
    "xvda1",
    "at",
    "0x3f8",
    "irq",
    "4,",
    "base_baud",
    "115200",
    "usr/lib/systemd/system",
    "-rw-r--r--",
    "root",
    "4096",
    "drwxr-xr-x",
    "OK",
    "error:",
    "127.0.0.1",
    "listening",
    "on",
    "port",
    "22",
    "login:",
    "session"
  };

  private final Frame frame;
  private final Random random;
  private final ConsoleFont font = ConsoleFont.load();

  Painter(Frame frame, Random random) {
    this.frame = frame;
    this.random = random;
  }

  /** Lines of log on black, beginning with a later one. */
  void console(int x, int y, int columns, int rows, int firstLine) {
    frame.fill(x, y, columns * ConsoleFont.WIDTH, rows * ConsoleFont.HEIGHT, 0);
    for (int line = 0; line < firstLine + rows; line++) {
      int row = line - firstLine;
      int column = 0;
      int words = random.nextInt(14);
      for (int i = 0; i < words; i++) {
        String word = i == 0 ? stamp(line) : WORDS[random.nextInt(WORDS.length)];
        int colour = random.nextInt(12) == 0 ? COLOURS[random.nextInt(COLOURS.length)] : GREY;
        if (row >= 0 && column + word.length() < columns) {
          text(x + column * ConsoleFont.WIDTH, y + row * ConsoleFont.HEIGHT, word, colour);
        }
        column += word.length() + 1;
      }
    }
  }

  private static String stamp(int line) {
    int micros = line * 7919 % 1_000_000;
    return "[%5d.%06d]".formatted(line * 3, micros);
  }

  void text(int x, int y, String text, int colour) {
    for (int i = 0; i < text.length(); i++) {
      int glyph = font.glyph(text.charAt(i));
      for (int row = 0; row < ConsoleFont.HEIGHT; row++) {
        int bits = font.row(glyph, row);
        for (int column = 0; column < ConsoleFont.WIDTH; column++) {
          if ((bits & 0x80 >> column) != 0) {
            frame.set(x + i * ConsoleFont.WIDTH + column, y + row, colour);
          }
        }
      }
    }
  }

  /** Text with soft edges, as desktops draw it: each pixel next to a stroke is between. */
  void softText(int x, int y, String text, int colour, int ground) {
    text(x, y, text, colour);
    for (int row = y; row < y + ConsoleFont.HEIGHT; row++) {
      for (int column = x; column < x + text.length() * ConsoleFont.WIDTH; column++) {
        if (at(column, row) == ground) {
          int near = 0;
          near += at(column - 1, row) == colour ? 1 : 0;
          near += at(column, row - 1) == colour ? 1 : 0;
          near += at(column, row + 1) == colour ? 1 : 0;
          if (near > 0) {
            frame.set(column, row, mix(ground, colour, near * 0.21));
          }
        }
      }
    }
  }

  private int at(int x, int y) {
    boolean inside = x >= 0 && x < Frame.WIDTH && y >= 0 && y < Frame.HEIGHT;
    return inside ? frame.rgb()[y * Frame.WIDTH + x] : -1;
  }

  /** From one colour at the top to another at the bottom. */
  void gradient(int x, int y, int width, int height, int top, int bottom) {
    for (int row = 0; row < height; row++) {
      frame.fill(x, y + row, width, 1, mix(top, bottom, row / (double) height));
    }
  }

  void panel(int x, int y, int width, int height, int colour) {
    frame.fill(x, y, width, height, colour);
    frame.fill(x, y, width, 1, mix(colour, 0xffffff, 0.6));
    frame.fill(x, y + height - 1, width, 1, mix(colour, 0, 0.4));
  }

  void window(int x, int y, int width, int height, String title) {
    frame.fill(x, y, width, height, 0xd6d2d0);
    for (int column = 0; column < width - 4; column++) {
      int colour = mix(0x30507a, 0x88aadd, column / (double) width);
      frame.fill(x + 2 + column, y + 2, 1, 22, colour);
    }
    text(x + 8, y + 5, title, 0xffffff);
    for (int i = 0; i < 3; i++) {
      panel(x + width - 22 * (i + 1), y + 4, 18, 18, 0xc8c4c0);
    }
    frame.fill(x + 4, y + 28, width - 8, height - 32, 0xffffff);
  }

  /** Labels, fields and buttons. */
  void form(int x, int y, int width, int height) {
    frame.fill(x, y, width, height, 0xf0f0ee);
    for (int row = 0; row * 30 + 20 < height; row++) {
      String label = WORDS[random.nextInt(WORDS.length)];
      softText(x + 10, y + row * 30 + 6, label, 0x202020, 0xf0f0ee);
      panel(x + 180, y + row * 30 + 2, 200, 22, 0xffffff);
      String value = WORDS[random.nextInt(WORDS.length)] + " " + random.nextInt(10_000);
      softText(x + 186, y + row * 30 + 5, value, 0x101010, 0xffffff);
      gradient(x + 400, y + row * 30 + 2, 80, 22, 0xfafafa, 0xd0d0d0);
      text(x + 410, y + row * 30 + 5, "Browse", 0x303030);
    }
  }

  /** A shaded disc on a square, with a soft edge. */
  void icon(int x, int y, int size) {
    int colour = random.nextInt(0x1000000);
    double radius = size / 2.0 - 1;
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double distance = Math.hypot(column - radius, row - radius);
        if (distance <= radius) {
          double shade = 0.2 + 0.6 * Math.hypot(column - radius / 2, row - radius / 2) / size;
          int inner = mix(mix(0xffffff, colour, shade), 0, Math.max(0, distance - radius + 2) / 4);
          frame.set(x + column, y + row, inner);
        }
      }
    }
  }

  /** Hills under a sky: smooth noise of several sizes, edges, and a camera's grain. */
  void photo(int x, int y, int width, int height) {
    double[][] noise = new double[5][];
    int[] sizes = {97, 41, 19, 9, 4};
    for (int i = 0; i < sizes.length; i++) {
      noise[i] = random.doubles(400L * 400).toArray();
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double value = 0;
        double weight = 0.5;
        for (int i = 0; i < sizes.length; i++) {
          value += weight * smooth(noise[i], column / (double) sizes[i], row / (double) sizes[i]);
          weight *= 0.55;
        }
        double hill = height * (0.45 + 0.2 * Math.sin(column / (width / 7.0)));
        boolean sky = row < hill;
        double light = (sky ? 0.65 - 0.2 * row / height : 0.25) + 0.4 * value;
        int grain = (int) (random.nextGaussian() * 2.5);
        int red = channel(light * (sky ? 190 : 200), grain);
        int green = channel(light * (sky ? 220 : 235), grain);
        int blue = channel(light * (sky ? 265 : 120), grain);
        frame.set(x + column, y + row, red << 16 | green << 8 | blue);
      }
    }
  }

  private static int channel(double value, int grain) {
    return Math.max(0, Math.min(255, (int) value + grain));
  }

  /** Between four random values, weighted so that the slope is smooth too. */
  private static double smooth(double[] noise, double x, double y) {
    int column = (int) x;
    int row = (int) y;
    double right = ease(x - column);
    double down = ease(y - row);
    double top = between(noise[row * 400 + column], noise[row * 400 + column + 1], right);
    double bottom =
        between(noise[(row + 1) * 400 + column], noise[(row + 1) * 400 + column + 1], right);
    return between(top, bottom, down);
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double between(double a, double b, double share) {
    return a + (b - a) * share;
  }

  private static int mix(int from, int to, double share) {
    double s = Math.max(0, Math.min(1, share));
    int mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      int a = from >> shift & 0xff;
      int b = to >> shift & 0xff;
      mixed |= (int) Math.round(a + (b - a) * s) << shift;
    }
    return mixed;
  }
}
