package org.dmore.coordinator.demo.guest;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** A surface in an array, which keeps what was reported and insists on the port's limits. */
final class MemorySurface implements PixelSurface {
  private static final int NEVER_DRAWN = 0xFF00FF;

  record Rectangle(int x, int y, int width, int height) {
    boolean contains(int px, int py) {
      return px >= x && px < x + width && py >= y && py < y + height;
    }
  }

  private final int width;
  private final int height;
  private final int[] pixels;
  private final List<Rectangle> damage = new ArrayList<>();

  MemorySurface(int width, int height) {
    this.width = width;
    this.height = height;
    pixels = new int[width * height];
    Arrays.fill(pixels, NEVER_DRAWN);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void putRow(int x, int y, int[] source, int offset, int count) {
    if (x < 0 || y < 0 || count <= 0 || x + count > width || y >= height) {
      throw new IllegalArgumentException("x=" + x + " y=" + y + " count=" + count);
    }
    System.arraycopy(source, offset, pixels, y * width + x, count);
  }

  @Override
  public void flush(int x, int y, int w, int h) {
    if (x < 0 || y < 0 || w <= 0 || h <= 0 || x + w > width || y + h > height) {
      throw new IllegalArgumentException("x=" + x + " y=" + y + " w=" + w + " h=" + h);
    }
    damage.add(new Rectangle(x, y, w, h));
  }

  int pixel(int x, int y) {
    return pixels[y * width + x];
  }

  int[] snapshot() {
    return pixels.clone();
  }

  boolean hasUndrawnPixels() {
    return Arrays.stream(pixels).anyMatch(pixel -> pixel == NEVER_DRAWN);
  }

  List<Rectangle> takeDamage() {
    List<Rectangle> taken = List.copyOf(damage);
    damage.clear();
    return taken;
  }

  /** Writes a picture, each pixel as a square of {@code scale} pixels, for people to look at. */
  void writePng(String name, int scale) throws IOException {
    BufferedImage image =
        new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        image.setRGB(x, y, pixel(x / scale, y / scale));
      }
    }
    Path directory = Files.createDirectories(Path.of("target", "demo-guest"));
    ImageIO.write(image, "png", directory.resolve(name).toFile());
  }
}
