package org.dmore.rfb.encoding;

/**
 * A rectangle's pixels on their way through the encoders: a worker's scratch memory, filled anew
 * for each rectangle.
 */
final class PixelBlock {
  private static final int[] NONE = new int[0];

  /** Room that is taken when it is needed: most clients' formats need no colours of their own. */
  private int[] ownRgb = NONE;

  private int[] ownColours = NONE;
  private final ColourIndex index = new ColourIndex();

  private int[] rgb = ownRgb;
  private int[] colours = ownColours;
  private int width;
  private int height;

  /** What the index was asked for last; 0 before that. */
  private int indexedTo;

  private boolean judged;
  private boolean photo;

  /** Takes pixels as they lie, row by row from index 0. They must stay as they are meanwhile. */
  void take(int[] pixels, int w, int h, PixelTranslator format) {
    rgb = pixels;
    begin(w, h, format);
  }

  /** Takes a part of an area, whose rows are {@code stride} pixels apart. */
  void takePart(int[] pixels, int from, int stride, int w, int h, PixelTranslator format) {
    if (ownRgb.length == 0) {
      ownRgb = new int[Encoder.MAX_AREA];
    }
    for (int row = 0; row < h; row++) {
      System.arraycopy(pixels, from + row * stride, ownRgb, row * w, w);
    }
    rgb = ownRgb;
    begin(w, h, format);
  }

  private void begin(int w, int h, PixelTranslator format) {
    width = w;
    height = h;
    indexedTo = 0;
    judged = false;
    if (format.exact()) {
      colours = rgb;
    } else {
      if (ownColours.length == 0) {
        ownColours = new int[Encoder.MAX_AREA];
      }
      colours = ownColours;
      format.translate(rgb, w * h, ownColours);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** How many pixels there are. */
  int count() {
    return width * height;
  }

  /** The desktop's pixels, row by row from index 0; never written to. */
  int[] rgb() {
    return rgb;
  }

  /** The pixels as {@link PixelTranslator} tells, row by row from index 0; never written to. */
  int[] colours() {
    return colours;
  }

  /** The colours by number; made when it is first asked for. */
  ColourIndex index() {
    return index(ColourIndex.MAX_COLOURS);
  }

  /** Whether there are no more than two colours. */
  boolean isOfTwoColours() {
    return index(2).size() != 0;
  }

  private ColourIndex index(int most) {
    if (indexedTo < most && (indexedTo == 0 || index.size() == 0)) {
      index.make(colours, width * height, most);
      indexedTo = most;
    }
    return index;
  }

  /** Its colours look like a photo's, which spares a look at the pixels where they are the same. */
  void coloursAreOfPhoto() {
    if (colours == rgb) {
      judged = true;
      photo = PhotoDetector.isLargeEnough(width, height);
    }
  }

  /** Whether it looks like a photo, to which JPEG does no harm; found out when first asked. */
  boolean isPhoto() {
    if (!judged) {
      judged = true;
      photo = PhotoDetector.isPhoto(rgb, width, height);
    }
    return photo;
  }
}
