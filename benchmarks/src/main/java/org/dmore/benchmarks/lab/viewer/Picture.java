package org.dmore.benchmarks.lab.viewer;

import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Pixels as {@code 0x00RRGGBB}, row by row. Immutable. */
public final class Picture {
  private static final int RGB = 0xffffff;

  private final int width;
  private final int height;
  private final int[] pixels;

  /**
   * Copies pixels; what stands above their 24 bits of colour is dropped.
   *
   * @param pixels {@code width * height} of them
   */
  public Picture(int width, int height, int[] pixels) {
    if (width < 1 || height < 1 || pixels.length != width * height) {
      throw new IllegalArgumentException(
          "picture of %dx%d with pixels=%d".formatted(width, height, pixels.length));
    }
    this.width = width;
    this.height = height;
    this.pixels = Arrays.stream(pixels).map(pixel -> pixel & RGB).toArray();
  }

  /** A picture from the bytes over which {@link #sha256} is made. */
  public static Picture ofBytes(int width, int height, byte[] bytes) {
    int[] pixels = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(pixels);
    return new Picture(width, height, pixels);
  }

  /** What an image shows, without its alpha. */
  public static Picture of(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    return new Picture(w, h, image.getRGB(0, 0, w, h, null, 0, w));
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** The colour at a place, {@code 0x00RRGGBB}. */
  public int at(int x, int y) {
    return pixels[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)];
  }

  /** How many pixels are not black: of text on a black console, its ink. */
  public int ink() {
    return (int) Arrays.stream(pixels).filter(pixel -> pixel != 0).count();
  }

  /** SHA-256 in hexadecimal over all pixels, each as 32 bits, little-endian. */
  public String sha256() {
    ByteBuffer bytes =
        ByteBuffer.allocate(pixels.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(pixels);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How another picture differs; empty if it does not. */
  public Optional<String> difference(Picture other) {
    if (width != other.width || height != other.height) {
      return Optional.of(
          "size=%dx%d instead of %dx%d".formatted(other.width, other.height, width, height));
    }
    int count = 0;
    int first = -1;
    Rectangle area = new Rectangle(-1, -1);
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i] != other.pixels[i]) {
        first = count++ == 0 ? i : first;
        area.add(new Rectangle(i % width, i / width, 1, 1));
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            "%d of %d pixels differ, within %dx%d+%d+%d; the first at %d,%d is 0x%06x instead of"
                    .formatted(
                        count,
                        pixels.length,
                        area.width,
                        area.height,
                        area.x,
                        area.y,
                        first % width,
                        first / width,
                        other.pixels[first])
                + " 0x%06x".formatted(pixels[first]));
  }

  /** Where this picture stands in a larger one, to the last pixel. */
  public Optional<Point> findIn(Picture larger) {
    int telling = tellingRow();
    for (int y = 0; y + height <= larger.height; y++) {
      for (int x = 0; x + width <= larger.width; x++) {
        if (hasRow(larger, telling, x, y) && isWithin(larger, x, y)) {
          return Optional.of(new Point(x, y));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isWithin(Picture larger, int x, int y) {
    for (int row = 0; row < height; row++) {
      if (!hasRow(larger, row, x, y)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasRow(Picture larger, int row, int x, int y) {
    int there = (y + row) * larger.width + x;
    return Arrays.equals(
        pixels, row * width, (row + 1) * width, larger.pixels, there, there + width);
  }

  /** The row whose colour changes most often: it is not found by chance in many places. */
  private int tellingRow() {
    int telling = 0;
    int most = -1;
    for (int row = 0; row < height; row++) {
      int changes = 0;
      for (int i = row * width + 1; i < (row + 1) * width; i++) {
        changes += pixels[i] == pixels[i - 1] ? 0 : 1;
      }
      if (changes > most) {
        most = changes;
        telling = row;
      }
    }
    return telling;
  }

  /** Writes a PNG file, and the folders above it. */
  public void writePng(Path file) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, pixels, 0, width);
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("file=" + file + ": this Java writes no PNG");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Picture picture
        && picture.width == width
        && Arrays.equals(picture.pixels, pixels);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "%dx%d sha256=%s".formatted(width, height, sha256());
  }
}
