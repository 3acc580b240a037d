package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/**
 * {@code xenstore.h}; direct mapping. Pointers are Java longs, C's {@code bool} is a byte, strings
 * are bytes that end with a zero: JNA's own strings depend on the locale.
 */
@SuppressWarnings("MemberName") // the methods carry the library's names: JNA binds by them
final class Xs {
  private Xs() {}

  static void load() throws XenException {
    Libraries.bind(Xs.class, "libxenstore.so.4", "libxenstore4");
  }

  static native long xs_open(long flags);

  static native void xs_close(long handle);

  static native long xs_directory(long handle, int transaction, byte[] path, int[] count);

  static native long xs_read(long handle, int transaction, byte[] path, int[] length);

  static native byte xs_write(long handle, int transaction, byte[] path, byte[] data, int length);

  static native byte xs_rm(long handle, int transaction, byte[] path);

  static native long xs_get_permissions(long handle, int transaction, byte[] path, int[] count);

  static native byte xs_set_permissions(
      long handle, int transaction, byte[] path, int[] permissions, int count);

  static native byte xs_watch(long handle, byte[] path, byte[] token);

  static native byte xs_unwatch(long handle, byte[] path, byte[] token);

  static native int xs_fileno(long handle);

  static native long xs_check_watch(long handle);

  static native int xs_transaction_start(long handle);

  static native byte xs_transaction_end(long handle, int transaction, byte abort);
}
