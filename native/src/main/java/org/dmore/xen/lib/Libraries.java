package org.dmore.xen.lib;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.HashSet;
import java.util.Set;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/**
 * Binds the classes of native declarations to Xen's libraries, once each, and says what to install
 * where a library is missing.
 */
final class Libraries {
  private static final Set<Class<?>> BOUND = new HashSet<>();

  private Libraries() {}

  /**
   * Binds a class.
   *
   * @param calls the class whose native methods carry the library's names
   * @param soname the full name: run-time packages ship no other
   * @param debianPackage what to install
   */
  static synchronized void bind(Class<?> calls, String soname, String debianPackage)
      throws XenException {
    if (BOUND.contains(calls)) {
      return;
    }
    if (!Platform.isLinux() || Native.POINTER_SIZE != Long.BYTES) {
      throw new XenException(
          Errno.ENOSYS, "os=" + Platform.RESOURCE_PREFIX + " is not 64-bit Linux: no Xen here");
    }
    NativeLibrary library;
    try {
      library = NativeLibrary.getInstance(soname);
    } catch (UnsatisfiedLinkError e) {
      throw refusal(
          "library=" + soname + " is not installed: install Debian's package " + debianPackage, e);
    }
    try {
      // SAFETY: the declarations in the bound classes have the C prototypes' widths on 64-bit Linux
      // (int and unsigned 32, pointers, long and size_t 64, domid_t 16, bool 8 bits).
      Native.register(calls, library);
    } catch (UnsatisfiedLinkError e) {
      throw refusal(
          "library="
              + soname
              + " lacks a call (Xen 4.15 and glibc 2.34 or later have them all): upgrade Debian's"
              + " package "
              + debianPackage,
          e);
    }
    BOUND.add(calls);
  }

  private static XenException refusal(String message, UnsatisfiedLinkError cause) {
    XenException refusal = new XenException(Errno.ENOSYS, message);
    refusal.initCause(cause);
    return refusal;
  }
}
