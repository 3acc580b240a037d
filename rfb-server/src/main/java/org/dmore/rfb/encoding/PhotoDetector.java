package org.dmore.rfb.encoding;

/**
 * Tells photos from what is drawn. In a photo neighbours differ nearly everywhere and mostly by
 * little; what is drawn has runs of one colour, and steps between them.
 */
final class PhotoDetector {
  /** Fewer pixels are not worth an image's 600 bytes of tables. */
  private static final int MIN_PIXELS = 1024;

  private static final int MIN_SIDE = 8;

  /** Rows that are looked at. */
  private static final int MAX_ROWS = 16;

  /** Of a cell each so many rows one is looked at. */
  private static final int CELL_STEP = 4;

  /** Greatest sum of the differences of red, green and blue that counts as little. */
  private static final int NEAR = 48;

  private PhotoDetector() {}

  static boolean isPhoto(int[] rgb, int width, int height) {
    return isLargeEnough(width, height)
        && looksLikePhoto(rgb, 0, width, width, height, Math.max(1, height / MAX_ROWS));
  }

  /** Whether an image is worth its tables, if it is a photo. */
  static boolean isLargeEnough(int width, int height) {
    return width >= MIN_SIDE && height >= MIN_SIDE && width * height >= MIN_PIXELS;
  }

  /** The same for a cell of an area whose rows are {@code stride} pixels apart. */
  static boolean isPhotoCell(int[] rgb, int from, int stride, int width, int height) {
    return width >= MIN_SIDE
        && height >= MIN_SIDE
        && looksLikePhoto(rgb, from, stride, width, height, CELL_STEP);
  }

  private static boolean looksLikePhoto(
      int[] rgb, int from, int stride, int width, int height, int step) {
    int pairs = 0;
    int same = 0;
    int notFar = 0;
    for (int y = step / 2; y < height; y += step) {
      int start = from + y * stride;
      for (int i = start + 1; i < start + width; i++) {
        int difference = difference(rgb[i - 1], rgb[i]);
        // Counted by sign bits: in a photo a processor guesses no branch of these.
        same += (difference - 1) >>> 31;
        notFar += (difference - NEAR - 1) >>> 31;
      }
      pairs += width - 1;
    }
    return same * 3 < pairs && (notFar - same) * 2 > pairs - same;
  }

  private static int difference(int a, int b) {
    return Math.abs((a >> 16 & 0xff) - (b >> 16 & 0xff))
        + Math.abs((a >> 8 & 0xff) - (b >> 8 & 0xff))
        + Math.abs((a & 0xff) - (b & 0xff));
  }
}
