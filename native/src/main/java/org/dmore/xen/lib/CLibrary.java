package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/** The few calls of the C library that Xen's libraries need beside them; direct mapping. */
@SuppressWarnings("MemberName") // the methods carry the C library's names: JNA binds by them
final class CLibrary {
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final short POLLIN = 1;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;
  static final int EPOLL_CLOEXEC = 0x80000;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLLIN = 1;
  static final int F_GETFL = 3;
  static final int F_SETFL = 4;
  static final int O_NONBLOCK = 0x800;

  private CLibrary() {}

  static void load() throws XenException {
    Libraries.bind(CLibrary.class, "libc.so.6", "libc6");
  }

  static native int poll(long descriptors, long count, int timeoutMillis);

  static native int eventfd(int value, int flags);

  static native int eventfd_read(int fd, long[] value);

  static native int eventfd_write(int fd, long value);

  static native int epoll_create1(int flags);

  static native int epoll_ctl(int epoll, int operation, int fd, long event);

  static native int fcntl(int fd, int command, int argument);

  static native int ioctl(int fd, long request, long argument);

  static native int close(int fd);

  static native void free(long address);
}
