package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/** {@code xenforeignmemory.h}; direct mapping. Pointers and {@code size_t} are Java longs. */
@SuppressWarnings("MemberName") // the methods carry the library's names: JNA binds by them
final class ForeignMem {
  /** {@code XENMEM_resource_grant_table} of {@code xen/memory.h}. */
  static final int RESOURCE_GRANT_TABLE = 1;

  /** {@code XENMEM_resource_grant_table_id_shared}. */
  static final int GRANT_TABLE_SHARED = 0;

  /** {@code XENMEM_resource_grant_table_id_status}. */
  static final int GRANT_TABLE_STATUS = 1;

  private ForeignMem() {}

  static void load() throws XenException {
    Libraries.bind(ForeignMem.class, "libxenforeignmemory.so.1", "libxenforeignmemory1");
  }

  static native long xenforeignmemory_open(long logger, int flags);

  static native int xenforeignmemory_close(long handle);

  static native long xenforeignmemory_map(
      long handle, int domid, int prot, long pages, long[] frames, int[] errors);

  static native int xenforeignmemory_unmap(long handle, long address, long pages);

  static native long xenforeignmemory_map_resource(
      long handle,
      short domid,
      int type,
      int id,
      long frame,
      long frames,
      long[] address,
      int prot,
      int flags);

  static native int xenforeignmemory_unmap_resource(long handle, long resource);

  static native int xenforeignmemory_resource_size(
      long handle, short domid, int type, int id, long[] bytes);
}
