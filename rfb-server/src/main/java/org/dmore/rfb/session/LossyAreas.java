package org.dmore.rfb.session;

import java.util.Optional;
import org.dmore.rfb.picture.Move;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Where a client has pixels that are not quite right, for a lossy encoding was used, and for how
 * long they have been so.
 *
 * <p>An area that was sent lossily is young. At each tick the young become old, and the old ones
 * are ripe: they have stood still for a tick at least and two at most, and are worth their bytes.
 *
 * <p>Used on the client's event loop.
 */
final class LossyAreas {
  private final Region young = new Region();
  private final Region old = new Region();
  private final Region ripe = new Region();

  boolean isEmpty() {
    return young.isEmpty() && old.isEmpty() && ripe.isEmpty();
  }

  /** Whether there is anything to be sent again. */
  boolean isRipe() {
    return !ripe.isEmpty();
  }

  /** Whether there is anything that will be ripe after some ticks. */
  boolean isRipening() {
    return !young.isEmpty() || !old.isEmpty();
  }

  /** An area was sent. */
  void sent(Rectangle area, boolean lossy) {
    int x2 = area.x() + area.width();
    int y2 = area.y() + area.height();
    old.subtract(area.x(), area.y(), x2, y2);
    ripe.subtract(area.x(), area.y(), x2, y2);
    if (lossy) {
      young.add(area.x(), area.y(), x2, y2);
    } else {
      young.subtract(area.x(), area.y(), x2, y2);
    }
  }

  /** The client copied pixels, lossy ones perhaps. */
  void moved(Move move) {
    Rectangle to = move.target();
    int x2 = move.sourceX() + to.width();
    int y2 = move.sourceY() + to.height();
    boolean lossy =
        young.intersects(move.sourceX(), move.sourceY(), x2, y2)
            || old.intersects(move.sourceX(), move.sourceY(), x2, y2)
            || ripe.intersects(move.sourceX(), move.sourceY(), x2, y2);
    sent(to, lossy);
  }

  void tick() {
    ripe.add(old);
    old.clear();
    old.add(young);
    young.clear();
  }

  /**
   * Takes a piece of what is ripe within an area.
   *
   * @param maxWidth of the piece
   * @param maxArea of the piece; at least {@code maxWidth}
   */
  Optional<Rectangle> take(int x1, int y1, int x2, int y2, int maxWidth, int maxArea) {
    for (int i = 0; i < ripe.size(); i++) {
      Rectangle r = ripe.get(i);
      int left = Math.max(r.x(), x1);
      int top = Math.max(r.y(), y1);
      int right = Math.min(Math.min(r.x() + r.width(), x2), left + maxWidth);
      int bottom = Math.min(r.y() + r.height(), y2);
      if (left < right && top < bottom) {
        bottom = Math.min(bottom, top + maxArea / (right - left));
        ripe.subtract(left, top, right, bottom);
        return Optional.of(new Rectangle(left, top, right - left, bottom - top));
      }
    }
    return Optional.empty();
  }

  /** The client has another framebuffer. */
  void clear() {
    young.clear();
    old.clear();
    ripe.clear();
  }
}
