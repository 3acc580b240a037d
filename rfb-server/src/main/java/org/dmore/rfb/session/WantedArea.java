package org.dmore.rfb.session;

import org.dmore.rfb.protocol.Rectangle;

/**
 * Where a client wants pixels: what it asked for since its last update, and what it has enabled
 * ContinuousUpdates for.
 *
 * <p>Used on the client's event loop.
 */
final class WantedArea {
  private boolean requested;
  private final Edges request = new Edges();
  private final Edges continuous = new Edges();
  private final Edges wanted = new Edges();

  /** {@code x1, y1} within, {@code x2, y2} beyond. */
  private static final class Edges {
    private int x1;
    private int y1;
    private int x2;
    private int y2;

    void set(int left, int top, int right, int bottom) {
      x1 = left;
      y1 = top;
      x2 = right;
      y2 = bottom;
    }

    void set(Edges other) {
      set(other.x1, other.y1, other.x2, other.y2);
    }

    void join(Edges other) {
      set(
          Math.min(x1, other.x1),
          Math.min(y1, other.y1),
          Math.max(x2, other.x2),
          Math.max(y2, other.y2));
    }
  }

  /** The client asks once, also for what it asked for before and has not got. */
  void request(int x1, int y1, int x2, int y2) {
    wanted.set(x1, y1, x2, y2);
    if (requested) {
      request.join(wanted);
    } else {
      requested = true;
      request.set(wanted);
    }
  }

  /** The client asks for this all the time, while ContinuousUpdates are enabled. */
  void continuous(Rectangle area) {
    continuous.set(area.x(), area.y(), area.x() + area.width(), area.y() + area.height());
  }

  /** What was asked for once is answered, or of no use any more. */
  void answered() {
    requested = false;
  }

  /**
   * Looks whether the client is to get an update now, and of what.
   *
   * @param isContinuous whether ContinuousUpdates are enabled
   * @param width the client's, in pixels: nothing beyond is wanted
   * @param height the client's
   * @return whether it waits for one; then {@link #x1} and the others tell where
   */
  boolean look(boolean isContinuous, int width, int height) {
    if (requested) {
      wanted.set(request);
      if (isContinuous) {
        wanted.join(continuous);
      }
    } else if (isContinuous) {
      wanted.set(continuous);
    }
    wanted.set(wanted.x1, wanted.y1, Math.min(wanted.x2, width), Math.min(wanted.y2, height));
    return requested || isContinuous;
  }

  int x1() {
    return wanted.x1;
  }

  int y1() {
    return wanted.y1;
  }

  int x2() {
    return wanted.x2;
  }

  int y2() {
    return wanted.y2;
  }
}
