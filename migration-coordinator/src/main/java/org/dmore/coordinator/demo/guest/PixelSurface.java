package org.dmore.coordinator.demo.guest;

/** The pixels that the guest draws on: its framebuffer memory. Used by the guest's thread only. */
public interface PixelSurface {
  /** Returns the width in pixels; it does not change. */
  int width();

  /** Returns the height in pixels; it does not change. */
  int height();

  /**
   * Stores part of one row of pixels.
   *
   * @param x the first pixel's column
   * @param y the row
   * @param pixels colours as {@code 0x00RRGGBB}; the caller reuses the array after the call
   * @param offset index of the first colour in {@code pixels}
   * @param count number of pixels; {@code x + count} is at most {@link #width()}
   */
  void putRow(int x, int y, int[] pixels, int offset, int count);

  /** Reports that pixels in this rectangle, which lies within the surface, have changed. */
  void flush(int x, int y, int width, int height);
}
