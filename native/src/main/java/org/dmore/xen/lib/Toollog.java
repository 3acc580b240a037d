package org.dmore.xen.lib;

import com.sun.jna.NativeLibrary;
import org.dmore.xen.XenException;

/**
 * {@code xentoollog.h}: one logger for all of Xen's libraries, that keeps them from writing to
 * standard error what this package throws as an exception.
 */
@SuppressWarnings("MemberName") // the methods carry the library's names: JNA binds by them
final class Toollog {
  /** {@code XTL_CRITICAL}: whatever is lower is not printed. */
  private static final int CRITICAL = 9;

  private static long logger;

  private Toollog() {}

  private static native long xtl_createlogger_stdiostream(long file, int level, int flags);

  /** The logger's address; it lives as long as the process. */
  static synchronized long logger() throws XenException {
    if (logger == 0) {
      Libraries.bind(Toollog.class, "libxentoollog.so.1", "libxentoollog1");
      long standardError =
          NativeLibrary.getInstance("libc.so.6").getGlobalVariableAddress("stderr").getLong(0);
      // SAFETY: the C library's own FILE of standard error, which it never closes. A null result is
      // a valid argument for every open call: the library then makes a logger of its own.
      logger = xtl_createlogger_stdiostream(standardError, CRITICAL, 0);
    }
    return logger;
  }
}
