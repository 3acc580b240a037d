package org.dmore.rfb.picture;

import org.dmore.rfb.protocol.Rectangle;

/**
 * Pixels that were copied within the picture, as RFB's CopyRect says it (RFC 6143, 7.7.2).
 *
 * @param sourceX column from which they were copied
 * @param sourceY row from which they were copied
 * @param target where they are now
 */
public record Move(int sourceX, int sourceY, Rectangle target) {
  /** Whether source and target lie within the given size. */
  boolean isWithin(int width, int height) {
    return target.width() > 0
        && target.height() > 0
        && sourceX >= 0
        && sourceY >= 0
        && sourceX + target.width() <= width
        && sourceY + target.height() <= height
        && target.x() + target.width() <= width
        && target.y() + target.height() <= height;
  }
}
