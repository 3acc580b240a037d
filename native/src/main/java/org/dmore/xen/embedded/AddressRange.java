package org.dmore.xen.embedded;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import org.dmore.xen.Access;

/**
 * A range of this process's addresses whose content can be exchanged underneath while others look
 * at it. Freed by {@link #unmap} or, when it was abandoned, with the last reference to it; whoever
 * hands out a buffer on it keeps a reference beside the buffer.
 */
final class AddressRange {
  private static final Cleaner CLEANER = Cleaner.create();

  private final long address;
  private final long length;
  private final Cleaner.Cleanable cleanable;

  private AddressRange(long address, long length) {
    this.address = address;
    this.length = length;
    this.cleanable = CLEANER.register(this, new Unmapping(address, length));
  }

  /** Takes addresses without memory behind them. */
  static AddressRange reserve(long length) {
    // SAFETY: the kernel chooses a free place; nothing is replaced.
    long address =
        Libc.mmap(
            0,
            length,
            Libc.PROT_NONE,
            Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE,
            -1,
            0);
    if (address == Libc.MAP_FAILED) {
      throw failure("reserving", length);
    }
    return new AddressRange(address, length);
  }

  /** Takes addresses and puts the whole of a file there, writable. */
  static AddressRange of(Memfd file) {
    AddressRange range = reserve(file.size());
    range.map(0, file, 0, file.size(), Access.READ_WRITE);
    return range;
  }

  /** Puts a part of a file into a part of the range, in place of what was there. */
  void map(long at, Memfd file, long fileOffset, long count, Access access) {
    checkInside(at, count);
    int prot = access == Access.READ_WRITE ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;
    // SAFETY: [at, at+count) lies inside the range, which is ours until unmap(); the kernel
    // exchanges the pages under its lock, so a thread that reads meanwhile sees old or new ones.
    long placed =
        Libc.mmap(
            address + at, count, prot, Libc.MAP_SHARED | Libc.MAP_FIXED, file.fd(), fileOffset);
    if (placed == Libc.MAP_FAILED) {
      throw failure("mapping", count);
    }
  }

  /** Replaces all content by private memory of one byte value. */
  void blank(byte value) {
    // SAFETY: replaces our own range, as in map().
    long placed =
        Libc.mmap(
            address,
            length,
            Libc.PROT_READ | Libc.PROT_WRITE,
            Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE | Libc.MAP_FIXED,
            -1,
            0);
    if (placed == Libc.MAP_FAILED) {
      throw failure("blanking", length);
    }
    if (value != 0) {
      // SAFETY: the range was just made writable, all of it.
      new Pointer(address).setMemory(0, length, value);
    }
  }

  /** A buffer on a part of the range. It must not be used after {@link #unmap}. */
  ByteBuffer buffer(long at, int count) {
    checkInside(at, count);
    // SAFETY: the addresses are ours and mapped; the buffer's users hold this object too, so the
    // cleaner cannot unmap them underneath.
    return new Pointer(address + at).getByteBuffer(0, count);
  }

  long length() {
    return length;
  }

  /** Gives the addresses back; again does nothing. */
  void unmap() {
    cleanable.clean();
  }

  private void checkInside(long at, long count) {
    if (at < 0 || count <= 0 || at > length - count) {
      throw new IndexOutOfBoundsException("offset=" + at + " count=" + count + " length=" + length);
    }
  }

  private static IllegalStateException failure(String what, long length) {
    return new IllegalStateException(
        what
            + " addresses failed, length="
            + length
            + " errno="
            + Native.getLastError()
            + ": raise vm.max_map_count or the address space limit");
  }

  private record Unmapping(long address, long length) implements Runnable {
    @Override
    public void run() {
      // SAFETY: runs once, when the owner closed the range or nobody can reach it any more.
      Libc.munmap(address, length);
    }
  }
}
