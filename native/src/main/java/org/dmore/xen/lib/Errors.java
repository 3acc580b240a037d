package org.dmore.xen.lib;

import com.sun.jna.Native;
import java.util.Map;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/** From the C library's error numbers to exceptions that carry their names. */
final class Errors {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int E2BIG = 7;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;

  /** The numbers of {@code public/errno.h}; the same on Linux for x86 and Arm. */
  private static final Map<Integer, Errno> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, Errno.EPERM),
          Map.entry(ENOENT, Errno.ENOENT),
          Map.entry(ESRCH, Errno.ESRCH),
          Map.entry(EINTR, Errno.EINTR),
          Map.entry(5, Errno.EIO),
          Map.entry(6, Errno.ENXIO),
          Map.entry(E2BIG, Errno.E2BIG),
          Map.entry(9, Errno.EBADF),
          Map.entry(EAGAIN, Errno.EAGAIN),
          Map.entry(12, Errno.ENOMEM),
          Map.entry(EACCES, Errno.EACCES),
          Map.entry(14, Errno.EFAULT),
          Map.entry(16, Errno.EBUSY),
          Map.entry(17, Errno.EEXIST),
          Map.entry(19, Errno.ENODEV),
          Map.entry(EINVAL, Errno.EINVAL),
          Map.entry(24, Errno.EMFILE),
          Map.entry(EFBIG, Errno.EFBIG),
          Map.entry(ENOSPC, Errno.ENOSPC),
          Map.entry(30, Errno.EROFS),
          Map.entry(38, Errno.ENOSYS),
          Map.entry(95, Errno.EOPNOTSUPP),
          Map.entry(107, Errno.ENOTCONN),
          Map.entry(111, Errno.ECONNREFUSED));

  private Errors() {}

  /** The last native call's error number; to be asked for at once, on the same thread. */
  static int last() {
    return Native.getLastError();
  }

  /** The number's name; {@link Errno#OTHER} if it has none here. */
  static Errno name(int number) {
    return NAMES.getOrDefault(number, Errno.OTHER);
  }

  /** An exception with the number's name, and the number itself where it has none. */
  static XenException of(int number, String what) {
    return as(name(number), number, what);
  }

  /** An exception with a name that this package gives to the number in this place. */
  static XenException as(Errno name, int number, String what) {
    boolean plain = name == name(number) && name != Errno.OTHER;
    return new XenException(name, plain ? what : what + ", errno=" + number);
  }

  /** As {@link #of}, but a domain that is not there ({@code ESRCH}) is ENOENT, as the ports say. */
  static XenException ofDomain(int number, String what) {
    return number == ESRCH
        ? new XenException(Errno.ENOENT, what + ": no such domain")
        : of(number, what);
  }
}
