package org.dmore.xen.embedded;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * The few calls of the C library that memory needs; direct mapping. The memory itself is never
 * touched through JNA.
 */
@SuppressWarnings("MemberName") // the methods carry the C library's names: JNA binds by them
final class Libc {
  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 0x01;
  static final int MAP_PRIVATE = 0x02;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_NORESERVE = 0x4000;
  static final long MAP_FAILED = -1;
  static final int MFD_CLOEXEC = 1;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;
  static final int ENXIO = 6;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  private static final int MEMBARRIER_GLOBAL = 1;
  private static final int MEMBARRIER_PRIVATE_EXPEDITED = 1 << 3;
  private static final int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

  private static final int MEMBARRIER_COMMAND;

  static {
    // SAFETY: the declarations below have the C prototypes' widths on 64-bit Linux (int 32, long,
    // size_t, off_t and pointers 64), which is checked first.
    if (!Platform.isLinux() || Native.POINTER_SIZE != Long.BYTES) {
      throw new UnsupportedOperationException(
          "os=" + Platform.RESOURCE_PREFIX + " is not 64-bit Linux: the embedded room needs memfd");
    }
    Native.register(Libc.class, NativeLibrary.getInstance("libc.so.6"));
    // SAFETY: membarrier takes plain numbers and touches no memory of ours.
    boolean expedited =
        syscall(membarrierNumber(), MEMBARRIER_REGISTER_PRIVATE_EXPEDITED, 0L, 0L) == 0;
    MEMBARRIER_COMMAND = expedited ? MEMBARRIER_PRIVATE_EXPEDITED : MEMBARRIER_GLOBAL;
  }

  private Libc() {}

  static native int memfd_create(String name, int flags);

  static native int ftruncate(int fd, long length);

  static native int close(int fd);

  static native int eventfd(int value, int flags);

  static native int eventfd_read(int fd, long[] value);

  static native int eventfd_write(int fd, long value);

  static native long lseek(int fd, long offset, int whence);

  static native long mmap(long address, long length, int prot, int flags, int fd, long offset);

  static native int munmap(long address, long length);

  private static native long syscall(long number, long first, long second, long third);

  /**
   * Makes every other thread of the process pass a full memory barrier. The dirty log's writers
   * then need none of their own: whoever looked at the log before the barrier has its write visible
   * after it, and whoever looks after it sees the log's new state.
   */
  static void barrierOnAllThreads() {
    // SAFETY: as above, plain numbers only.
    if (syscall(membarrierNumber(), MEMBARRIER_COMMAND, 0L, 0L) != 0) {
      throw new IllegalStateException(
          "membarrier failed, errno=" + Native.getLastError() + ": needs Linux 4.3 or later");
    }
  }

  private static long membarrierNumber() {
    return Platform.isARM() ? 283 : 324;
  }
}
