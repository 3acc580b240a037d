package org.dmore.vdev.backend;

/**
 * The shape of a guest's framebuffer, checked: whatever lies within {@code width} and {@code
 * height} lies within the mapped memory.
 *
 * @param width pixels of a row, 1 to {@value #MAX_SIDE}
 * @param height rows, 1 to {@value #MAX_SIDE}
 * @param stride bytes from one row to the next
 * @param depth bits of a pixel: 8 (RGB 332), 16 (RGB 565) or 32 (xRGB 8888)
 * @param offset bytes from the start of the memory to the first pixel
 */
public record Framebuffer(int width, int height, int stride, int depth, int offset) {
  /** RFB numbers pixels with 16 bits; no screen comes near. */
  public static final int MAX_SIDE = 16_384;

  /**
   * Most pixels, 4096 x 4096: the picture that is kept while the framebuffer is away takes 4 bytes
   * for each, whatever the depth, and DomR is small.
   */
  public static final int MAX_PIXELS = 4096 * 4096;

  /**
   * Checks what a guest says.
   *
   * @param memory bytes that are mapped
   * @throws IllegalArgumentException naming the value that is wrong
   */
  public static Framebuffer checked(
      int width, int height, int stride, int depth, int offset, long memory) {
    require(width >= 1 && width <= MAX_SIDE, "width", width);
    require(height >= 1 && height <= MAX_SIDE, "height", height);
    if ((long) width * height > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "framebuffer width=" + width + " height=" + height + " is over pixels=" + MAX_PIXELS);
    }
    require(depth == 8 || depth == 16 || depth == 32, "depth", depth);
    int rowBytes = width * (depth / 8);
    require(stride >= rowBytes && stride % (depth / 8) == 0, "line_length", stride);
    require(offset >= 0 && offset % 4 == 0, "offset", offset);
    long end = offset + (long) stride * (height - 1) + rowBytes;
    if (end > memory) {
      throw new IllegalArgumentException(
          "framebuffer needs bytes=" + end + " but has mem_length=" + memory);
    }
    return new Framebuffer(width, height, stride, depth, offset);
  }

  /** Bytes of a pixel. */
  public int bytesPerPixel() {
    return depth / 8;
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException("framebuffer " + name + "=" + value + " is not usable");
    }
  }
}
