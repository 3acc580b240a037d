package org.dmore.rfb.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.picture.Move;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.picture.Viewer;
import org.dmore.rfb.protocol.Rectangle;

/**
 * What has changed in the server's picture since one client last saw it.
 *
 * <p>The invariant: where the client's picture may differ from the server's, the pixel is in {@link
 * #damage}, or is the target of one of {@link #copies}, or is in a rectangle of the update that is
 * being sent and will be read later. Where the server's differs from the desktop is not told here:
 * the picture finds it when it compares.
 *
 * <p>Copies. A copy is kept as such only if its source is clean: then the client holds the source's
 * pixels and can copy them itself. Copies are sent in their order and before any pixels, so damage
 * done afterwards, to the source or to the target, comes after them. While an update is being sent
 * (its later rectangles will carry pixels from after the copy) a copy counts as damage.
 *
 * <p>Reports come from any thread and cost a lock and at most one task on the client's loop until
 * that task has run: bursts coalesce.
 */
final class DamageTracker implements Viewer {
  private static final int MAX_COPIES = 16;
  private static final int MAX_EDGE = 0xffff;

  private final LoopTurns turns;
  private final Runnable changed;
  private final Consumer<RuntimeException> failed;
  private final Runnable task = this::runTask;

  private final Region damage = new Region();
  private final List<Move> copies = new ArrayList<>();
  private boolean keepCopies;
  private boolean sending;
  private boolean scheduled;
  private boolean cursorChanged;
  private boolean sizeHeard;
  private volatile Desktop.Size size;

  /**
   * Makes a tracker; the caller adds it to the picture.
   *
   * @param turns of the client's loop
   * @param changed runs on the loop after something has changed
   * @param failed hears on the loop that the desktop could not be read
   */
  DamageTracker(
      Desktop.Size size, LoopTurns turns, Runnable changed, Consumer<RuntimeException> failed) {
    this.turns = turns;
    this.changed = changed;
    this.failed = failed;
    this.size = size;
    // The client has seen nothing yet.
    damage.add(0, 0, MAX_EDGE, MAX_EDGE);
  }

  /** The desktop's size, as last heard. */
  Desktop.Size size() {
    return size;
  }

  @Override
  public synchronized boolean takesMoves() {
    return keepCopies;
  }

  @Override
  public synchronized void damaged(int x, int y, int width, int height) {
    addDamage(x, y, width, height);
  }

  @Override
  public synchronized void moved(Move move, Region differs) {
    Rectangle to = move.target();
    int sourceX2 = move.sourceX() + to.width();
    int sourceY2 = move.sourceY() + to.height();
    if (keepCopies
        && !sending
        && copies.size() < MAX_COPIES
        && isOnDesktop(move.sourceX(), move.sourceY(), to.width(), to.height())
        && isOnDesktop(to.x(), to.y(), to.width(), to.height())
        && !damage.intersects(move.sourceX(), move.sourceY(), sourceX2, sourceY2)) {
      damage.subtract(to.x(), to.y(), to.x() + to.width(), to.y() + to.height());
      copies.add(move);
    } else {
      damage.add(differs);
    }
  }

  @Override
  public synchronized void resized(Desktop.Size now) {
    size = now;
    sizeHeard = true;
    copies.clear();
    damage.clear();
    damage.add(0, 0, MAX_EDGE, MAX_EDGE);
  }

  @Override
  public synchronized void cursorChanged() {
    cursorChanged = true;
  }

  @Override
  public void renamed() {}

  @Override
  public void stir() {
    synchronized (this) {
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    turns.execute(task);
  }

  @Override
  public void failed(RuntimeException problem) {
    turns.execute(() -> failed.accept(problem));
  }

  /**
   * Takes the size anew, unless it was heard already: that is no older. For the time between the
   * tracker's making and its being added to the picture.
   */
  synchronized void refreshSize(Desktop.Size now) {
    if (!sizeHeard) {
      size = now;
    }
  }

  /** Whether there is anything within an area that the client has not seen. */
  synchronized boolean isBehind(int x1, int y1, int x2, int y2) {
    return damage.intersects(x1, y1, x2, y2)
        || copies.stream().anyMatch(copy -> reaches(copy, x1, y1, x2, y2));
  }

  /** Whether copies may be kept as copies: whether the client offers CopyRect. */
  synchronized void keepCopies(boolean keep) {
    keepCopies = keep;
    if (!keep) {
      copiesToDamage();
    }
  }

  /** The client has lost what it had in that area. */
  synchronized void lost(Rectangle area) {
    // The copies' sources may be lost as well.
    copiesToDamage();
    addDamage(area.x(), area.y(), area.width(), area.height());
  }

  /** Takes the news that the cursor has changed. */
  synchronized boolean takeCursorChanged() {
    boolean was = cursorChanged;
    cursorChanged = false;
    return was;
  }

  /**
   * Moves what has changed within an area to the caller, who begins to send it if there is
   * something.
   *
   * @param takenDamage receives the pixels to send after the copies; empty before
   * @param takenCopies receives the copies; empty before
   * @return whether there is something; if so, {@link #sent} must follow
   */
  synchronized boolean take(
      int x1, int y1, int x2, int y2, Region takenDamage, List<Move> takenCopies) {
    if (!copies.stream().allMatch(copy -> isWithin(copy, x1, y1, x2, y2))) {
      copiesToDamage();
    }
    takenCopies.addAll(copies);
    copies.clear();
    damage.moveWithin(x1, y1, x2, y2, takenDamage);
    sending = !takenDamage.isEmpty() || !takenCopies.isEmpty();
    return sending;
  }

  /** Pixels that have not changed are sent once more; {@link #sent} must follow. */
  synchronized void resend() {
    sending = true;
  }

  /**
   * The pixels of a rectangle that was taken are about to be read: what was reported is in them.
   */
  synchronized void reading(Rectangle rectangle) {
    damage.subtract(
        rectangle.x(),
        rectangle.y(),
        rectangle.x() + rectangle.width(),
        rectangle.y() + rectangle.height());
  }

  /** The client will not get a rectangle that was taken. */
  synchronized void notSent(Rectangle rectangle) {
    addDamage(rectangle.x(), rectangle.y(), rectangle.width(), rectangle.height());
  }

  /** All that was taken has been read, or given back. */
  synchronized void sent() {
    sending = false;
  }

  private void copiesToDamage() {
    for (Move copy : copies) {
      notSent(copy.target());
    }
    copies.clear();
  }

  private void addDamage(int x, int y, int width, int height) {
    // Clipped in 64 bits: an embedder may say "everything" with large numbers.
    long x2 = Math.min((long) x + width, MAX_EDGE);
    long y2 = Math.min((long) y + height, MAX_EDGE);
    damage.add(Math.max(0, x), Math.max(0, y), (int) Math.max(0, x2), (int) Math.max(0, y2));
  }

  private boolean isOnDesktop(int x, int y, int width, int height) {
    return x >= 0
        && y >= 0
        && width > 0
        && height > 0
        && (long) x + width <= size.width()
        && (long) y + height <= size.height();
  }

  private static boolean reaches(Move copy, int x1, int y1, int x2, int y2) {
    Rectangle target = copy.target();
    return target.x() < x2
        && target.x() + target.width() > x1
        && target.y() < y2
        && target.y() + target.height() > y1;
  }

  private static boolean isWithin(Move copy, int x1, int y1, int x2, int y2) {
    Rectangle target = copy.target();
    return target.x() >= x1
        && target.y() >= y1
        && target.x() + target.width() <= x2
        && target.y() + target.height() <= y2
        && copy.sourceX() >= x1
        && copy.sourceY() >= y1
        && copy.sourceX() + target.width() <= x2
        && copy.sourceY() + target.height() <= y2;
  }

  private void runTask() {
    synchronized (this) {
      scheduled = false;
    }
    changed.run();
  }
}
