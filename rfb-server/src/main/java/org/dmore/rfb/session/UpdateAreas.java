package org.dmore.rfb.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmore.rfb.encoding.AreaEncoder;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.Rectangle;

/**
 * The areas of one update, in the order in which they are encoded.
 *
 * <p>What is to be sent is cut so that an encoder takes each area in one go, {@link
 * AreaEncoder#MAX_AREA} pixels at most, and into a quarter of that for a line that takes little at
 * a time, so that an update can end in time.
 *
 * <p>Used on the client's event loop.
 */
final class UpdateAreas {
  /** Areas of an update; the rest waits for the next one. RFB counts to 65535. */
  static final int MAX_AREAS = 8192;

  /** Widest area, so that its rows come in whole tiles of 64. */
  static final int MAX_WIDTH = 1024;

  /** ZRLE's, and the side of the smallest area. */
  private static final int TILE = 64;

  /** What JPEG and Tight cut into, where an area's rows are not of whole tiles. */
  private static final int ROWS_UNIT = 16;

  /** Bytes that a line takes at a time, from which areas are as large as can be. */
  private static final long MUCH_ROOM = 1 << 18;

  private final List<Rectangle> areas = new ArrayList<>();
  private int next;

  /**
   * The most pixels of an area.
   *
   * @param room bytes that the client's line takes now
   */
  static int maxArea(long room) {
    return room >= MUCH_ROOM ? AreaEncoder.MAX_AREA : AreaEncoder.MAX_AREA / 4;
  }

  /** Forgets all. */
  void clear() {
    areas.clear();
    next = 0;
  }

  /** Makes it one area, however large. */
  void set(Rectangle area) {
    clear();
    areas.add(area);
  }

  /**
   * Cuts what is to be sent.
   *
   * @param inTiles whether areas are to be as high as a number of ZRLE's tiles
   * @param room bytes that the client's line takes now
   * @param beyond receives what does not fit into one update
   */
  void cut(Region region, boolean inTiles, long room, Consumer<Rectangle> beyond) {
    clear();
    int maxArea = maxArea(room);
    int maxWidth = Math.min(MAX_WIDTH, maxArea / TILE);
    int unit = inTiles ? TILE : ROWS_UNIT;
    for (int i = 0; i < region.size(); i++) {
      Rectangle whole = region.get(i);
      int right = whole.x() + whole.width();
      int bottom = whole.y() + whole.height();
      for (int x = whole.x(); x < right; x += maxWidth) {
        int w = Math.min(maxWidth, right - x);
        int rows = maxArea / w / unit * unit;
        for (int y = whole.y(); y < bottom; y += rows) {
          Rectangle part = new Rectangle(x, y, w, Math.min(rows, bottom - y));
          if (areas.size() < MAX_AREAS) {
            areas.add(part);
          } else {
            beyond.accept(part);
          }
        }
      }
    }
  }

  /** How many there are, those that are dealt with among them. */
  int count() {
    return areas.size();
  }

  /** Pixels of all of them. */
  long pixels() {
    long pixels = 0;
    for (int i = 0; i < areas.size(); i++) {
      pixels += (long) areas.get(i).width() * areas.get(i).height();
    }
    return pixels;
  }

  /** Whether there is one that is not dealt with. */
  boolean hasNext() {
    return next < areas.size();
  }

  /** The next one, which is dealt with then. */
  Rectangle next() {
    return areas.get(next++);
  }
}
