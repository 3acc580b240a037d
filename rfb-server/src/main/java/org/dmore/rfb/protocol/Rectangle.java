package org.dmore.rfb.protocol;

/**
 * A rectangle as RFB carries it: each number an unsigned 16-bit one.
 *
 * @param x column of its left edge
 * @param y row of its upper edge
 * @param width in pixels
 * @param height in pixels
 */
public record Rectangle(int x, int y, int width, int height) {
  public Rectangle {
    if (((x | y | width | height) & ~0xffff) != 0) {
      throw new IllegalArgumentException(
          "rectangle x=" + x + " y=" + y + " size=" + width + "x" + height + " is not RFB's");
    }
  }
}
