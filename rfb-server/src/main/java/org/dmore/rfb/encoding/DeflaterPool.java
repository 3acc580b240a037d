package org.dmore.rfb.encoding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The deflaters of an event loop's clients, each some 260 KiB outside the heap. There are so many
 * and no more: a client that needs one takes it from whom did not for the longest time, whose
 * stream then goes on with a window that knows of nothing before. So a thousand clients that stand
 * still hold none, and those that see changes are compressed for best.
 *
 * <p>Used by one thread.
 */
public final class DeflaterPool implements AutoCloseable {
  /** Of 64 streams, some 17 MiB: about 20 clients that see changes. */
  public static final int DEFAULT_SIZE = 64;

  private final int size;

  /** By their owners, the one that was used last at the end. */
  private final Map<Object, DeflateBlocks> taken = new LinkedHashMap<>(16, 0.75f, true);

  private final Deque<DeflateBlocks> free = new ArrayDeque<>();

  /** Makes a pool of at most {@code size} deflaters, 1 or more, each made when it is needed. */
  public DeflaterPool(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size=" + size + " must be 1 or more");
    }
    this.size = size;
  }

  /** Whether the owner still has the deflater that it took. */
  boolean has(Object owner) {
    return taken.containsKey(owner);
  }

  /** The owner's deflater; one with another's past if it did not {@linkplain #has have} its own. */
  DeflateBlocks take(Object owner) {
    DeflateBlocks own = taken.get(owner);
    if (own == null) {
      own = free.isEmpty() && taken.size() == size ? fromTheEldest() : fromTheFree();
      taken.put(owner, own);
    }
    return own;
  }

  private DeflateBlocks fromTheFree() {
    DeflateBlocks any = free.poll();
    return any == null ? new DeflateBlocks() : any;
  }

  private DeflateBlocks fromTheEldest() {
    Object eldest = taken.keySet().iterator().next();
    return taken.remove(eldest);
  }

  /** The owner needs its deflater no more. */
  void release(Object owner) {
    DeflateBlocks own = taken.remove(owner);
    if (own != null) {
      free.push(own);
    }
  }

  /** How many deflaters there are. */
  int deflaters() {
    return taken.size() + free.size();
  }

  /** Frees them all; no stream may be used after. */
  @Override
  public void close() {
    taken.values().forEach(DeflateBlocks::close);
    taken.clear();
    free.forEach(DeflateBlocks::close);
    free.clear();
  }
}
