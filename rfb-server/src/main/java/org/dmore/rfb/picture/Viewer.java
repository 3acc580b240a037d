package org.dmore.rfb.picture;

import org.dmore.rfb.Desktop;

/**
 * Someone who shows the {@link Picture} and so must hear of each change to it.
 *
 * <p>Threading: called from any thread, with the picture's locks held: methods return at once and
 * call nothing of the picture's.
 */
public interface Viewer {
  /** Whether {@link #moved} saves anything over {@link #damaged}. */
  boolean takesMoves();

  /** The picture's pixels within the rectangle have changed. It may reach over its edges. */
  void damaged(int x, int y, int width, int height);

  /**
   * The picture's pixels were copied; no one can have read the picture between the copy and this.
   *
   * @param changed where the target differs from what was there before; valid during the call
   */
  void moved(Move move, Region changed);

  /** The picture has a new size; all of it counts as damaged. */
  void resized(Desktop.Size size);

  /** The cursor's shape has changed. */
  void cursorChanged();

  /** The desktop has another name. */
  void renamed();

  /** There is something new, here or in what {@link Picture#refresh} will find. */
  void stir();

  /** The desktop failed while it was read for this viewer's sake. */
  void failed(RuntimeException problem);
}
