package org.dmore.rfb;

import java.util.Optional;

/**
 * The picture that the server shows: pixels, size, name and cursor.
 *
 * <p>Threading: every method may be called from any of the server's event loops at any time and
 * must not block. The embedder reports changes through {@link Listener} from any thread, after the
 * change can be read.
 */
public interface Desktop {

  /** What the client shows as the title; not null. */
  String name();

  /** The size now. */
  Size size();

  /**
   * Copies a rectangle of pixels out, each as {@code 0x00RRGGBB} in sRGB. A pixel is read from the
   * desktop once. What lies outside the desktop, because it has just shrunk, comes as black.
   *
   * @param target receives row by row, beginning at {@code offset}
   * @param stride ints from one row of the target to the next, at least {@code width}
   */
  void copyPixels(int x, int y, int width, int height, int[] target, int offset, int stride);

  /** The cursor's shape, if the desktop has one apart from its pixels. */
  default Optional<CursorShape> cursor() {
    return Optional.empty();
  }

  /** Adds a listener, which hears of every later change. */
  void addListener(Listener listener);

  /** Removes a listener; nothing happens if it is not there. */
  void removeListener(Listener listener);

  /**
   * Width and height in pixels.
   *
   * @param width 1 to 65535, RFB's range
   * @param height 1 to 65535
   */
  record Size(int width, int height) {
    public Size {
      if (width < 1 || width > 0xffff || height < 1 || height > 0xffff) {
        throw new IllegalArgumentException(
            "desktop size=" + width + "x" + height + " is not within 1..65535");
      }
    }
  }

  /** Hears of changes. Methods return at once and may be called from any thread. */
  interface Listener {
    /** Pixels within the rectangle may have changed. It may reach over the desktop's edge. */
    void damaged(int x, int y, int width, int height);

    /**
     * The pixels at the source were copied to the rectangle, and nothing else was done to it since:
     * what RFB's CopyRect says. Worth telling, though the server finds most moves itself.
     *
     * <p>The copy and this call must be one step: no {@link Desktop#copyPixels} may come between
     * them (one lock, or the event loop's own thread). A desktop that cannot promise this calls
     * {@link #damaged}; else a client that was sent copied pixels would copy them once more.
     */
    default void copied(int sourceX, int sourceY, int x, int y, int width, int height) {
      damaged(x, y, width, height);
    }

    /** {@link Desktop#size} changed; all pixels count as damaged. */
    void resized();

    /** {@link Desktop#cursor} changed. */
    default void cursorChanged() {}

    /** {@link Desktop#name} changed. */
    default void renamed() {}
  }
}
