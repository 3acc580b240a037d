package org.dmore.xen.embedded;

import com.sun.jna.Native;

/**
 * Anonymous memory that can be mapped several times: what stands for a domain's RAM. Sparse: a page
 * that was never touched takes no memory and reads zero.
 */
final class Memfd implements AutoCloseable {
  private final int fd;
  private final long size;
  private boolean open = true;

  Memfd(String name, long size) {
    // SAFETY: the string is copied by JNA for the length of the call; the descriptor is ours and is
    // closed once, in close().
    this.fd = Libc.memfd_create(name, Libc.MFD_CLOEXEC);
    if (fd < 0) {
      throw new IllegalStateException(
          "memfd_create failed, errno="
              + Native.getLastError()
              + ": raise the limit of open files");
    }
    this.size = size;
    // SAFETY: fd is open; a memfd may be given any size.
    if (Libc.ftruncate(fd, size) != 0) {
      int errno = Native.getLastError();
      close();
      throw new IllegalStateException("ftruncate failed, size=" + size + " errno=" + errno);
    }
  }

  int fd() {
    if (!open) {
      throw new IllegalStateException("memory of a destroyed domain used");
    }
    return fd;
  }

  long size() {
    return size;
  }

  /**
   * Where the next bytes that were ever touched begin, at or after an offset; the size if there are
   * none.
   */
  long nextData(long offset) {
    return seek(offset, Libc.SEEK_DATA);
  }

  /** Where the next untouched bytes begin, at or after an offset. */
  long nextHole(long offset) {
    return seek(offset, Libc.SEEK_HOLE);
  }

  private long seek(long offset, int whence) {
    if (offset >= size) {
      return size;
    }
    // SAFETY: fd is open; the call only moves the file offset, which nobody uses.
    long found = Libc.lseek(fd(), offset, whence);
    if (found < 0) {
      int errno = Native.getLastError();
      if (errno == Libc.ENXIO) {
        return size;
      }
      throw new IllegalStateException("lseek failed, offset=" + offset + " errno=" + errno);
    }
    return found;
  }

  /** Closes the descriptor; mappings keep their pages. */
  @Override
  public void close() {
    if (open) {
      open = false;
      // SAFETY: fd is open and is not used again: fd() refuses.
      Libc.close(fd);
    }
  }
}
