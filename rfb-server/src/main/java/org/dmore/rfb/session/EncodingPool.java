package org.dmore.rfb.session;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.encoding.SharedRectangles;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.protocol.Rectangle;

/**
 * Encodes areas of the picture beside the event loops, once for all clients that want the same.
 *
 * <p>A client's loop asks for an area, is told when it is done, and appends it in its turn: so
 * large updates take several cores while each client's order is kept, and keys find the loop free.
 *
 * <p>What is encoded stays here while its pixels are the picture's, in a bounded number of bytes,
 * least recently used first out; with one client nothing is kept. The rule that makes that right:
 * an area is handed to a client only if it was read from the picture not before the client's damage
 * was taken, or if the picture did not change there since. The first holds for an area that is
 * encoded for this client's request. The second holds for what is found here, since {@link
 * #changed} throws out what has changed before the change becomes any client's damage.
 *
 * <p>Thread-safe.
 */
public final class EncodingPool implements AutoCloseable {
  /** Bytes that are kept for clients yet to come to the same picture. */
  static final long MAX_BYTES = 8 << 20;

  private static final long IDLE_SECONDS = 10;

  private final int threads;
  private final ServerMetrics metrics;
  private final Optional<ThreadPoolExecutor> workers;
  private final Queue<Workspaces.Workspace> workspaces = new ConcurrentLinkedQueue<>();

  /** Those that may be handed to others; this map's lock is for all entries. */
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;
  private boolean closed;

  private record Key(Rectangle area, EncodingParameters wanted) {}

  private record Waiter(Executor loop, Runnable done) {}

  /** What becomes of an area. */
  private static final class Entry {
    private final Key key;
    private final List<Waiter> waiters = new ArrayList<>(1);
    private Optional<SharedRectangles> result = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();
    private boolean done;
    private long nanos;
    private boolean kept;
    private int claims;

    Entry(Key key) {
      this.key = key;
    }
  }

  /** One client's claim to an area; used on that client's loop. */
  final class Claim {
    private final Entry entry;
    private boolean released;

    private Claim(Entry entry) {
      this.entry = entry;
    }

    Rectangle area() {
      return entry.key.area();
    }

    /** Whether it is encoded, or cannot be. */
    boolean isDone() {
      synchronized (entries) {
        return entry.done;
      }
    }

    /**
     * What was encoded, until {@link #release}; none if the picture cannot be read beside the event
     * loops any more.
     *
     * @throws RuntimeException if the encoder failed
     */
    Optional<SharedRectangles> result() {
      synchronized (entries) {
        entry.failure.ifPresent(
            e -> {
              throw e;
            });
        return entry.result;
      }
    }

    /** How long encoding took, once it is done. */
    long nanos() {
      synchronized (entries) {
        return entry.nanos;
      }
    }

    void release() {
      synchronized (entries) {
        if (!released) {
          released = true;
          entry.claims--;
          closeIfUnused(entry);
        }
      }
    }
  }

  /**
   * Makes a pool; its threads are daemons, come with the work and go without it.
   *
   * @param threads at most; 0 for none: then {@link #isUsable} is false
   */
  public EncodingPool(int threads) {
    this(threads, ServerMetrics.none());
  }

  /** As {@link #EncodingPool(int)}; what is encoded is counted. */
  public EncodingPool(int threads, ServerMetrics metrics) {
    this.metrics = metrics;
    this.threads = threads;
    if (threads == 0) {
      workers = Optional.empty();
    } else {
      ThreadPoolExecutor pool =
          new ThreadPoolExecutor(
              threads,
              threads,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              new DefaultThreadFactory("rfb-encoder", true));
      pool.allowCoreThreadTimeOut(true);
      workers = Optional.of(pool);
    }
  }

  /** Whether areas may be asked for. */
  boolean isUsable(Picture picture) {
    return workers.isPresent() && picture.isReadableAnywhere();
  }

  /** Areas that one client should ask for at a time: enough for all workers, and no more. */
  int ahead() {
    return threads + 1;
  }

  /**
   * Asks for an area; the client's damage there must have been taken before.
   *
   * @param done runs on the loop when it is encoded, unless it {@linkplain Claim#isDone is} when
   *     this returns
   */
  Claim encode(
      Picture picture, Rectangle area, EncodingParameters wanted, Executor loop, Runnable done) {
    Key key = new Key(area, wanted);
    Entry entry;
    boolean isNew;
    synchronized (entries) {
      entry = entries.get(key);
      isNew = entry == null;
      if (isNew) {
        entry = new Entry(key);
        if (picture.viewers() > 1 && !closed) {
          entry.kept = true;
          entries.put(key, entry);
        }
      }
      entry.claims++;
      if (!entry.done) {
        entry.waiters.add(new Waiter(loop, done));
      }
    }
    if (isNew) {
      submit(picture, entry);
    }
    return new Claim(entry);
  }

  private void submit(Picture picture, Entry entry) {
    try {
      workers.orElseThrow().execute(() -> encode(picture, entry));
    } catch (RejectedExecutionException e) {
      finish(entry, 0, Optional.empty(), Optional.empty());
    }
  }

  private void encode(Picture picture, Entry entry) {
    Workspaces.Workspace workspace = workspaces.poll();
    if (workspace == null) {
      workspace = new Workspaces.Workspace(metrics);
    }
    Optional<SharedRectangles> result = Optional.empty();
    Optional<RuntimeException> failure = Optional.empty();
    long begin = System.nanoTime();
    try {
      Rectangle area = entry.key.area();
      if (picture.readAnywhere(area, workspace.pixels())) {
        result =
            Optional.of(workspace.encodeShared(area, entry.key.wanted(), ByteBufAllocator.DEFAULT));
      }
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    } catch (Error e) {
      // Out of memory outside the heap, say: clients that wait for this would wait for ever.
      failure = Optional.of(new IllegalStateException("area=" + entry.key.area() + " failed", e));
    }
    workspaces.add(workspace);
    finish(entry, System.nanoTime() - begin, result, failure);
  }

  private void finish(
      Entry entry,
      long nanos,
      Optional<SharedRectangles> result,
      Optional<RuntimeException> failure) {
    List<Waiter> waiters;
    synchronized (entries) {
      entry.done = true;
      entry.nanos = nanos;
      entry.result = result;
      entry.failure = failure;
      waiters = List.copyOf(entry.waiters);
      entry.waiters.clear();
      if (entry.kept && result.isEmpty()) {
        drop(entry);
      } else if (entry.kept) {
        bytes += result.get().length();
        makeRoom();
      }
      closeIfUnused(entry);
    }
    for (Waiter waiter : waiters) {
      try {
        waiter.loop().execute(waiter.done());
      } catch (RejectedExecutionException e) {
        // The loop is shut down, and the client with it: its claims are released.
      }
    }
  }

  /** The picture has changed there; called before any client is told. */
  public void changed(int x, int y, int width, int height) {
    synchronized (entries) {
      if (entries.isEmpty()) {
        return;
      }
      Iterator<Entry> all = entries.values().iterator();
      while (all.hasNext()) {
        Entry entry = all.next();
        Rectangle r = entry.key.area();
        if (r.x() < x + width
            && r.x() + r.width() > x
            && r.y() < y + height
            && r.y() + r.height() > y) {
          all.remove();
          forget(entry);
        }
      }
    }
  }

  private void makeRoom() {
    Iterator<Entry> all = entries.values().iterator();
    while (bytes > MAX_BYTES && all.hasNext()) {
      Entry entry = all.next();
      if (entry.done && entry.claims == 0) {
        all.remove();
        forget(entry);
      }
    }
  }

  private void drop(Entry entry) {
    entries.remove(entry.key, entry);
    entry.kept = false;
  }

  /** What is no longer in the map. */
  private void forget(Entry entry) {
    entry.kept = false;
    entry.result.ifPresent(result -> bytes -= result.length());
    closeIfUnused(entry);
  }

  private void closeIfUnused(Entry entry) {
    if (entry.done && !entry.kept && entry.claims == 0) {
      entry.result.ifPresent(SharedRectangles::close);
      entry.result = Optional.empty();
    }
  }

  /** Waits for the workers and frees what is kept; every session must have ended. */
  @Override
  public void close() {
    boolean interrupted = false;
    if (workers.isPresent()) {
      workers.get().shutdown();
      try {
        while (!workers.get().awaitTermination(1, TimeUnit.SECONDS)) {
          // an area is encoded within milliseconds
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    synchronized (entries) {
      closed = true;
      for (Entry entry : List.copyOf(entries.values())) {
        entries.remove(entry.key);
        forget(entry);
      }
    }
    workspaces.forEach(Workspaces.Workspace::close);
    workspaces.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
