package org.dmore.benchmarks.video;

import java.util.List;
import org.dmore.benchmarks.frames.Frame;
import org.dmore.rfb.protocol.Rectangle;

/**
 * A sequence's frames in a {@link FrameFile}.
 *
 * @param title the sequence's
 * @param first the number of its first frame in the file
 * @param damage for each frame, the bounds of what differs from the one before; for the first, from
 *     the last, since it is shown again and again
 */
record Clip(String title, int first, List<Rectangle> damage) {
  /** All of a frame. */
  static final Rectangle ALL = new Rectangle(0, 0, Frame.WIDTH, Frame.HEIGHT);

  /** Copies. */
  Clip {
    damage = List.copyOf(damage);
  }

  /** Number of frames. */
  int frames() {
    return damage.size();
  }

  /** The number of its last frame in the file. */
  int last() {
    return first + frames() - 1;
  }

  /** Pixels of all its damage, in millions. */
  double megapixels() {
    return damage.stream().mapToLong(area -> (long) area.width() * area.height()).sum() / 1e6;
  }
}
