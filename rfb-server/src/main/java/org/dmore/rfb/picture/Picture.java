package org.dmore.rfb.picture;

import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.protocol.Rectangle;

/**
 * The server's copy of the desktop.
 *
 * <p>A desktop reports what <em>may</em> have changed; a guest's framebuffer driver may report its
 * whole screen with each key. So what was reported is compared with this copy, once for all
 * clients, and what is the same ends there: it costs a read of memory and nothing is encoded. The
 * copy was preferred to hashes of tiles because it is exact (no two pictures are taken for one), as
 * fast (a vectorised comparison runs at the memory's pace, a hash does not), and lets much else be
 * simple:
 *
 * <ul>
 *   <li>Clients are sent the copy's pixels, never the desktop's. What a client has then is what the
 *       copy was, so a change of the desktop between comparison and encoding cannot be lost: it is
 *       found, and told, when its own report is compared.
 *   <li>A move is first made in the copy and told as such; then its target is compared like
 *       anything else. So {@link MoveFinder} may guess, and a wrong guess costs bytes, never a
 *       wrong pixel.
 *   <li>Encoders on other threads read the copy; the desktop is read on event loops alone.
 * </ul>
 *
 * <p>It takes 4 bytes a pixel, from the first client's coming to the last one's going. Of a desktop
 * with more pixels than {@code maxPixels} none is made: then each report counts as a change and the
 * desktop itself is read.
 *
 * <p>When. A client that is about to send calls {@link #refresh}; where no one can take an update,
 * nothing is compared. A large report is compared in slices, so that the event loop has its turns
 * between, and small ones (a key's echo) that come meanwhile are compared at once.
 *
 * <p>Locks, in the order in which they are taken: {@code comparing} (who finds it taken goes away
 * and is stirred later), then the desktop's own, then {@code writing}, then a viewer's. {@link
 * Pending}'s stands alone.
 */
public final class Picture implements Desktop.Listener {
  private static final int MAX_EDGE = 0xffff;

  /** Pixels that are read in one turn of an event loop: for a fraction of a millisecond. */
  static final int SLICE = 1 << 16;

  /** More pixels than these are not compared while there is something else to send. */
  private static final int LONG = 1 << 19;

  /** Hears where the picture changes before any viewer does; calls nothing of the picture's. */
  @FunctionalInterface
  public interface ChangeListener {
    void changed(int x, int y, int width, int height);
  }

  private final Desktop desktop;
  private final long maxPixels;
  private final ChangeListener changes;
  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
  private final Object membership = new Object();
  private final Pending pending = new Pending();
  private final ReentrantLock comparing = new ReentrantLock();
  private final AtomicBoolean turnedAway = new AtomicBoolean();
  private final StampedLock writing = new StampedLock();

  /** Written by who holds {@link #comparing}. */
  private volatile Frame frame;

  // Used by who holds {@link #comparing}.
  private final Region small = new Region();
  private final Comparison comparison;
  private final MoveFinder moves = new MoveFinder();
  private Optional<Pass> pass = Optional.empty();

  /** Whether the frame is still black, so that nothing can have moved in it. */
  private boolean fresh;

  /**
   * Makes a picture, which reads nothing before it has a viewer.
   *
   * @param maxPixels of a larger desktop no copy is made
   * @param changes hears where the copy changes, before any viewer does
   */
  public Picture(Desktop desktop, long maxPixels, ChangeListener changes) {
    this.desktop = desktop;
    this.changes = changes;
    this.maxPixels = maxPixels;
    this.frame = Frame.withoutCopy(new Desktop.Size(1, 1));
    this.comparison = new Comparison(desktop);
  }

  /** Adds a viewer, to whom all of the picture is new. */
  public void add(Viewer viewer) {
    synchronized (membership) {
      if (viewers.isEmpty()) {
        pending.resized();
        desktop.addListener(this);
      }
      viewers.add(viewer);
    }
  }

  /** Removes a viewer; nothing happens if it is not there. */
  public void remove(Viewer viewer) {
    synchronized (membership) {
      if (viewers.remove(viewer) && viewers.isEmpty()) {
        desktop.removeListener(this);
        // Who compares at this moment goes on with the old frame and then forgets it.
        pending.compare(false);
        pending.resized();
        frame = Frame.withoutCopy(frame.size());
        changes.changed(0, 0, MAX_EDGE, MAX_EDGE);
      }
    }
  }

  /** How many viewers there are. */
  public int viewers() {
    return viewers.size();
  }

  /** Whether {@link #readAnywhere} reads. */
  public boolean isReadableAnywhere() {
    return frame.hasCopy();
  }

  /**
   * Copies a rectangle of pixels out, as {@link Desktop#copyPixels} does; on one of the desktop's
   * event loops.
   *
   * @param target receives row by row, without gaps
   */
  public void read(Rectangle area, int[] target) {
    if (!readAnywhere(area, target)) {
      desktop.copyPixels(area.x(), area.y(), area.width(), area.height(), target, 0, area.width());
    }
  }

  /**
   * As {@link #read}, on any thread.
   *
   * @return false if there is no copy and only the desktop has the pixels; nothing is read then
   */
  public boolean readAnywhere(Rectangle area, int[] target) {
    Frame now = frame;
    if (!now.hasCopy()) {
      return false;
    }
    // Not while a move is made and not told yet.
    long stamp = writing.readLock();
    try {
      now.read(area.x(), area.y(), area.width(), area.height(), target, 0, area.width());
    } finally {
      writing.unlockRead(stamp);
    }
    return true;
  }

  // ---- what the desktop says

  @Override
  public void damaged(int x, int y, int width, int height) {
    if (!pending.damaged(x, y, width, height)) {
      for (Viewer viewer : viewers) {
        viewer.damaged(x, y, width, height);
      }
    }
    stirAll();
  }

  @Override
  public void copied(int sourceX, int sourceY, int x, int y, int width, int height) {
    Frame now = frame;
    boolean sound =
        Math.min(Math.min(sourceX, sourceY), Math.min(x, y)) >= 0
            && Math.min(width, height) > 0
            && (long) Math.max(sourceX, x) + width <= now.width()
            && (long) Math.max(sourceY, y) + height <= now.height();
    if (!sound) {
      damaged(x, y, width, height);
      return;
    }
    Move move = new Move(sourceX, sourceY, new Rectangle(x, y, width, height));
    if (!pending.copied(move)) {
      Region all = new Region();
      all.add(x, y, x + width, y + height);
      for (Viewer viewer : viewers) {
        viewer.moved(move, all);
      }
    }
    stirAll();
  }

  @Override
  public void resized() {
    pending.resized();
    stirAll();
  }

  @Override
  public void cursorChanged() {
    viewers.forEach(Viewer::cursorChanged);
    stirAll();
  }

  @Override
  public void renamed() {
    viewers.forEach(Viewer::renamed);
    stirAll();
  }

  // ---- comparing

  /**
   * Compares what was reported, as far as that can be done in one turn, and tells the viewers.
   *
   * @param viewer who asks; it is not stirred for what is found now
   * @param loop the viewer's, and one of the desktop's: goes on with what is more than one turn
   * @param hasMore whether the viewer has things to send anyhow: then no long comparison is begun,
   *     so that a desktop that changes all the time cannot keep it from sending
   * @return whether the viewer may send: false while a comparison is under way and nothing small
   *     was found. It is stirred when it ends.
   */
  public boolean refresh(Viewer viewer, EventExecutor loop, boolean hasMore) {
    if (!comparing.tryLock()) {
      turnedAway.set(true);
      if (!comparing.tryLock()) {
        return false;
      }
    }
    boolean found = true;
    try {
      comparison.begin();
      boolean ready = compareSome(viewer, loop, hasMore);
      found = comparison.found();
      return ready;
    } finally {
      comparing.unlock();
      // Where the desktop failed as well: it fails this viewer, and the others must not wait for
      // it.
      stirOthers(viewer, found);
    }
  }

  private boolean compareSome(Viewer viewer, EventExecutor loop, boolean hasMore) {
    if (pending.takeResized()) {
      pass = Optional.empty();
      renew();
    }
    Frame now = frame;
    if (!now.hasCopy()) {
      return true;
    }
    if (pass.isPresent()) {
      return compareSmall(now, pass.get());
    }
    long area = pending.area();
    // Of a frame that is still black there is nothing to send.
    if (area == 0 || (hasMore && area > LONG && !fresh)) {
      return true;
    }
    boolean movesWanted = !fresh && viewers.stream().anyMatch(Viewer::takesMoves);
    fresh = false;
    Pass next = new Pass(now, pending, movesWanted);
    pass = Optional.of(next);
    if (step(next)) {
      return true;
    }
    goOn(next, viewer, loop);
    return next.smallIsCompared();
  }

  /** Between two slices of a pass; not while it looks for moves, which it would lead astray. */
  private boolean compareSmall(Frame now, Pass current) {
    if (!current.isComparing()) {
      return false;
    }
    pending.takeSmall(small);
    boolean any = !small.isEmpty();
    try {
      while (!small.isEmpty()) {
        Rectangle r = small.get(0);
        compare(now, r.x(), r.y(), r.width(), r.height());
        small.subtract(r.x(), r.y(), r.x() + r.width(), r.y() + r.height());
      }
    } catch (RuntimeException e) {
      pending.giveBack(small);
      small.clear();
      throw e;
    }
    return any;
  }

  /** A frame of the desktop's size now; all of it is to be compared. */
  private void renew() {
    Desktop.Size size = desktop.size();
    boolean fits = (long) size.width() * size.height() <= maxPixels;
    synchronized (membership) {
      // With no viewer there is no one to be told that it changes, nor to let it go.
      boolean copy = fits && !viewers.isEmpty();
      frame = copy ? Frame.copyOf(size) : Frame.withoutCopy(size);
      pending.compare(copy);
    }
    fresh = true;
    pending.damaged(0, 0, size.width(), size.height());
    changes.changed(0, 0, MAX_EDGE, MAX_EDGE);
    for (Viewer viewer : viewers) {
      viewer.resized(size);
    }
    comparison.markFound();
  }

  private boolean step(Pass now) {
    try {
      if (!now.step(this, comparison, moves)) {
        return false;
      }
      pass = Optional.empty();
      return true;
    } catch (RuntimeException e) {
      pass = Optional.empty();
      pending.giveBack(now.left());
      throw e;
    }
  }

  /** Scheduled, not executed: see the loop's other tasks. */
  private void goOn(Pass current, Viewer viewer, EventExecutor loop) {
    Future<?> unused =
        loop.schedule(() -> nextStep(current, viewer, loop), 0, TimeUnit.NANOSECONDS);
  }

  private void nextStep(Pass current, Viewer viewer, EventExecutor loop) {
    if (!comparing.tryLock()) {
      goOn(current, viewer, loop);
      return;
    }
    boolean done = true;
    try {
      if (pass.isPresent() && pass.get() == current) {
        done = step(current);
        if (!done) {
          goOn(current, viewer, loop);
        }
      }
    } catch (RuntimeException e) {
      viewer.failed(e);
    } finally {
      comparing.unlock();
    }
    if (done) {
      turnedAway.set(false);
      stirAll();
    }
  }

  /** Compares a rectangle of the frame with the desktop and tells what differs. */
  void compare(Frame now, int x, int y, int width, int height) {
    int x2 = Math.min(x + width, now.width());
    int y2 = Math.min(y + height, now.height());
    for (int top = y; top < y2; top += Comparison.ROWS) {
      int rows = Math.min(Comparison.ROWS, y2 - top);
      for (int left = x; left < x2; left += Comparison.COLUMNS) {
        int columns = Math.min(Comparison.COLUMNS, x2 - left);
        if (comparison.differs(now, left, top, columns, rows)) {
          long stamp = writing.writeLock();
          try {
            comparison.apply(now);
            tell(comparison.changed());
          } finally {
            writing.unlockWrite(stamp);
          }
        }
      }
    }
  }

  /** What a move would change in the frame; of the caller's own. */
  Region changedBy(Frame now, Move move) {
    Region changed = new Region();
    changed.add(comparison.changedBy(now, move));
    return changed;
  }

  /**
   * Makes a move in the frame and tells it.
   *
   * @param changed what it {@linkplain #changedBy changes} in the frame as it is
   */
  void move(Frame now, Move move, Region changed) {
    if (changed.isEmpty()) {
      return;
    }
    long stamp = writing.writeLock();
    try {
      now.copy(move);
      Rectangle to = move.target();
      changes.changed(to.x(), to.y(), to.width(), to.height());
      for (Viewer viewer : viewers) {
        viewer.moved(move, changed);
      }
    } finally {
      writing.unlockWrite(stamp);
    }
  }

  private void tell(Region changed) {
    for (int i = 0; i < changed.size(); i++) {
      Rectangle r = changed.get(i);
      changes.changed(r.x(), r.y(), r.width(), r.height());
      for (Viewer viewer : viewers) {
        viewer.damaged(r.x(), r.y(), r.width(), r.height());
      }
    }
  }

  private void stirOthers(Viewer viewer, boolean found) {
    if (turnedAway.getAndSet(false) || found) {
      for (Viewer other : viewers) {
        if (other != viewer) {
          other.stir();
        }
      }
    }
  }

  private void stirAll() {
    viewers.forEach(Viewer::stir);
  }
}
