package org.dmore.xen;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A window on one or more pages of memory that another domain, or a device, may touch at the same
 * time.
 *
 * <p>Every accessor's name tells its ordering: plain ({@code getInt}), acquire ({@code
 * getIntAcquire}) or release ({@code putIntRelease}); {@link #fullFence()} orders everything.
 * Values are little-endian, as Xen's interfaces are on x86 and Arm. Offsets are in bytes from the
 * start of the window. No access allocates.
 *
 * <p>What is read may change between two reads, and by a hostile hand: read a field once, check the
 * copy, use the copy.
 *
 * <p>Misuse is an exception, never a crash: an offset outside the window is an {@link
 * IndexOutOfBoundsException}; use after {@link #close}, from a thread other than the owner's, or
 * writing through a read-only window is an {@link IllegalStateException}. A window is confined to
 * the thread that mapped it unless whoever made it said otherwise, so that no thread can unmap what
 * another is reading.
 */
public final class SharedPage implements AutoCloseable {
  /** Bytes in a page. */
  public static final int PAGE_SIZE = 4096;

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteBuffer memory;
  private final IntBuffer ints;
  private final boolean writable;
  private final Thread owner;
  private final WriteObserver writes;
  private final Runnable unmap;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /**
   * Told which part of a window was written; how an emulated host tracks dirty pages. The call
   * comes after the write: a page that is copied between the two is then copied again, whereas the
   * other order would lose the write.
   */
  @FunctionalInterface
  public interface WriteObserver {
    /** Called after each write, with the place in bytes from the start of the window. */
    void written(int offset, int length);
  }

  private SharedPage(
      ByteBuffer memory, Access access, Thread owner, WriteObserver writes, Runnable unmap) {
    if (!memory.isDirect()) {
      throw new IllegalArgumentException("a window needs a direct buffer");
    }
    this.memory = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.ints = this.memory.asIntBuffer();
    this.writable = access == Access.READ_WRITE;
    this.owner = owner;
    this.writes = writes;
    this.unmap = Objects.requireNonNull(unmap);
  }

  /**
   * A window that only the calling thread may use.
   *
   * @param memory the mapped memory, all of it; direct
   * @param unmap run once, when the window is closed; not run when it is abandoned
   */
  public static SharedPage confined(ByteBuffer memory, Access access, Runnable unmap) {
    return new SharedPage(memory, access, Thread.currentThread(), null, unmap);
  }

  /**
   * A window that any thread may use; whoever makes it sees to it that nobody uses it while it is
   * closed.
   *
   * @param writes told of each write after it happened
   */
  public static SharedPage shared(
      ByteBuffer memory, Access access, WriteObserver writes, Runnable unmap) {
    return new SharedPage(memory, access, null, Objects.requireNonNull(writes), unmap);
  }

  /** Bytes in the window. */
  public int size() {
    return memory.capacity();
  }

  /** Whether it can still be used. */
  public boolean isOpen() {
    return open.get();
  }

  /** Unmaps the memory. Closing again does nothing. */
  @Override
  public void close() {
    checkThread();
    if (open.compareAndSet(true, false)) {
      unmap.run();
    }
  }

  /**
   * Forgets the window without unmapping it: the only safe end for a grant mapping that a migration
   * has already cut.
   */
  public void abandon() {
    checkThread();
    open.set(false);
  }

  public byte getByte(int offset) {
    check();
    return memory.get(offset);
  }

  public int getInt(int offset) {
    check();
    return (int) INT.get(memory, offset);
  }

  /** Reads with acquire ordering: what follows sees what the writer wrote before its release. */
  public int getIntAcquire(int offset) {
    check();
    return (int) INT.getAcquire(memory, offset);
  }

  public long getLong(int offset) {
    check();
    return (long) LONG.get(memory, offset);
  }

  /** Copies ints out, plainly; the offset must be a multiple of 4. */
  public void getInts(int offset, int[] target, int targetIndex, int count) {
    check();
    ints.get(intIndex(offset), target, targetIndex, count);
  }

  /** Copies bytes out, plainly. */
  public void getBytes(int offset, byte[] target, int targetIndex, int count) {
    check();
    memory.get(offset, target, targetIndex, count);
  }

  public void putByte(int offset, byte value) {
    checkWrite();
    memory.put(offset, value);
    written(offset, Byte.BYTES);
  }

  public void putInt(int offset, int value) {
    checkWrite();
    INT.set(memory, offset, value);
    written(offset, Integer.BYTES);
  }

  /** Writes with release ordering: whoever acquires this value sees all that was written before. */
  public void putIntRelease(int offset, int value) {
    checkWrite();
    INT.setRelease(memory, offset, value);
    written(offset, Integer.BYTES);
  }

  /**
   * Writes if the place holds what is expected, as one step that no other writer can divide; both
   * reads and writes are ordered around it. The offset must be a multiple of 4.
   *
   * @return whether it was written
   */
  public boolean compareAndSetInt(int offset, int expected, int value) {
    checkWrite();
    boolean done = INT.compareAndSet(memory, offset, expected, value);
    if (done) {
      written(offset, Integer.BYTES);
    }
    return done;
  }

  public void putLong(int offset, long value) {
    checkWrite();
    LONG.set(memory, offset, value);
    written(offset, Long.BYTES);
  }

  /** Copies ints in, plainly; the offset must be a multiple of 4. */
  public void putInts(int offset, int[] source, int sourceIndex, int count) {
    checkWrite();
    ints.put(intIndex(offset), source, sourceIndex, count);
    written(offset, count * Integer.BYTES);
  }

  /** Copies bytes in, plainly. */
  public void putBytes(int offset, byte[] source, int sourceIndex, int count) {
    checkWrite();
    memory.put(offset, source, sourceIndex, count);
    written(offset, count);
  }

  /** Sets every byte of a range, plainly. */
  public void fill(int offset, int length, byte value) {
    Objects.checkFromIndexSize(offset, length, size());
    checkWrite();
    for (int i = offset; i < offset + length; i++) {
      memory.put(i, value);
    }
    written(offset, length);
  }

  /**
   * Orders all reads and writes before it against all after it; Xen's {@code xen_mb()}. A producer
   * needs it between reading the consumer's index and writing a slot.
   */
  public static void fullFence() {
    VarHandle.fullFence();
  }

  private static int intIndex(int offset) {
    if ((offset & 3) != 0) {
      throw new IllegalArgumentException("offset=" + offset + " is not a multiple of 4");
    }
    return offset >> 2;
  }

  private void check() {
    if (!open.getPlain()) {
      throw new IllegalStateException("shared page used after close");
    }
    checkThread();
  }

  private void checkThread() {
    if (owner != null && owner != Thread.currentThread()) {
      throw new IllegalStateException(
          "shared page belongs to thread=" + owner.getName() + ", used by another");
    }
  }

  private void checkWrite() {
    check();
    if (!writable) {
      throw new IllegalStateException("shared page is mapped read-only");
    }
  }

  private void written(int offset, int length) {
    if (writes != null) {
      writes.written(offset, length);
    }
  }
}
