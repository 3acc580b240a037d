package org.dmore.rfb;

/** A cursor's picture and the point in it that points. Immutable. */
public final class CursorShape {
  private final int width;
  private final int height;
  private final int hotspotX;
  private final int hotspotY;
  private final int[] argb;

  /**
   * Makes a shape.
   *
   * @param width 0 to 256; 0 with a height of 0 hides the cursor
   * @param height 0 to 256
   * @param hotspotX the column that points, from 0
   * @param hotspotY the row that points, from 0
   * @param argb {@code width * height} pixels row by row, {@code 0xAARRGGBB}, alpha not
   *     premultiplied
   */
  public CursorShape(int width, int height, int hotspotX, int hotspotY, int[] argb) {
    if (width < 0 || width > 256 || height < 0 || height > 256) {
      throw new IllegalArgumentException(
          "cursor size=" + width + "x" + height + " is not in 0..256");
    }
    if (argb.length != width * height) {
      throw new IllegalArgumentException(
          "cursor size=" + width + "x" + height + " does not fit pixels=" + argb.length);
    }
    this.width = width;
    this.height = height;
    this.hotspotX = hotspotX;
    this.hotspotY = hotspotY;
    this.argb = argb.clone();
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public int hotspotX() {
    return hotspotX;
  }

  public int hotspotY() {
    return hotspotY;
  }

  /** One pixel, {@code 0xAARRGGBB}. */
  public int argb(int x, int y) {
    return argb[y * width + x];
  }
}
