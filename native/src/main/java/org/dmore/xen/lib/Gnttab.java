package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/** {@code xengnttab.h}, the mapping side; direct mapping. Pointers are Java longs. */
@SuppressWarnings("MemberName") // the methods carry the library's names: JNA binds by them
final class Gnttab {
  private Gnttab() {}

  static void load() throws XenException {
    Libraries.bind(Gnttab.class, "libxengnttab.so.1", "libxengnttab1");
  }

  static native long xengnttab_open(long logger, int flags);

  static native int xengnttab_close(long handle);

  static native long xengnttab_map_domain_grant_refs(
      long handle, int count, int domid, int[] refs, int prot);

  static native int xengnttab_unmap(long handle, long address, int count);

  static native int xengnttab_grant_copy(long handle, int count, long segments);
}
