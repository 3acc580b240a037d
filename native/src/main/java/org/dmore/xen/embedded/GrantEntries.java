package org.dmore.xen.embedded;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * A grant table in the form in which guest and hypervisor share it, {@code struct grant_entry_v1}
 * of {@code public/grant_table.h}:
 *
 * <pre>
 *    0       2       4               8
 *   +-------+-------+---------------+
 *   | flags | domid | frame         |
 *   +-------+-------+---------------+
 * </pre>
 *
 * Flags and domid are exchanged together, as the hypervisor does it, so that a grant cannot change
 * between the check and the use.
 */
final class GrantEntries implements AutoCloseable {
  /** Frames of a table; Xen's default limit. */
  static final int FRAMES = 64;

  static final int ENTRY_SIZE = 8;
  static final int ENTRIES_PER_FRAME = SharedPage.PAGE_SIZE / ENTRY_SIZE;
  static final int ENTRIES = FRAMES * ENTRIES_PER_FRAME;

  /** Linux keeps the first entries for the toolstack's use ({@code GNTTAB_NR_RESERVED_ENTRIES}). */
  static final int RESERVED_ENTRIES = 8;

  /** The toolstack may seed grants in the last frames; the guest's own allocator ends before. */
  static final int GUEST_ENTRIES = (FRAMES - 2) * ENTRIES_PER_FRAME;

  private static final int PERMIT_ACCESS = 1;
  private static final int TYPE_MASK = 3;
  private static final int READONLY = 1 << 2;
  private static final int READING = 1 << 3;
  private static final int WRITING = 1 << 4;
  private static final int DOMID_SHIFT = 16;
  private static final int FRAME_OFFSET = 4;

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Memfd file;
  private final AddressRange range;
  private final ByteBuffer table;
  private boolean closed;
  private final int[] readers = new int[ENTRIES];
  private final int[] writers = new int[ENTRIES];

  GrantEntries(String name) {
    this.file = new Memfd(name, (long) FRAMES * SharedPage.PAGE_SIZE);
    this.range = AddressRange.of(file);
    this.table = range.buffer(0, FRAMES * SharedPage.PAGE_SIZE);
  }

  Memfd file() {
    return file;
  }

  /** Writes an entry, flags last, as the guest does. */
  void offer(int ref, DomainId to, long frame, Access access) {
    INT.setVolatile(table, ref * ENTRY_SIZE + FRAME_OFFSET, (int) frame);
    int flags = PERMIT_ACCESS | (access == Access.READ_ONLY ? READONLY : 0);
    INT.setVolatile(table, ref * ENTRY_SIZE, flags | (to.value() << DOMID_SHIFT));
  }

  /** Clears an entry unless it is in use, as {@code gnttab_end_foreign_access_ref} does. */
  boolean clear(int ref) {
    while (true) {
      int word = (int) INT.getVolatile(table, ref * ENTRY_SIZE);
      if ((word & (READING | WRITING)) != 0) {
        return false;
      }
      if (INT.compareAndSet(table, ref * ENTRY_SIZE, word, 0)) {
        return true;
      }
    }
  }

  /**
   * Checks an entry and marks it in use; the hypervisor's side of {@code GNTTABOP_map_grant_ref}.
   *
   * @return the granted frame
   */
  long pin(GrantRef ref, DomainId by, Access access, long pages) throws XenException {
    int index = ref.value();
    if (index >= ENTRIES) {
      throw new XenException(Errno.EINVAL, "ref=" + ref + " entries=" + ENTRIES);
    }
    boolean write = access == Access.READ_WRITE;
    while (true) {
      int word = (int) INT.getVolatile(table, index * ENTRY_SIZE);
      if ((word & TYPE_MASK) != PERMIT_ACCESS || word >>> DOMID_SHIFT != by.value()) {
        throw new XenException(
            Errno.EPERM,
            "ref=" + ref + " is not granted to domid=" + by + ": ask the owner's frontend");
      }
      if (write && (word & READONLY) != 0) {
        throw new XenException(Errno.EPERM, "ref=" + ref + " is granted read-only");
      }
      long frame =
          Integer.toUnsignedLong((int) INT.getVolatile(table, index * ENTRY_SIZE + FRAME_OFFSET));
      if (frame >= pages) {
        throw new XenException(
            Errno.EINVAL, "ref=" + ref + " grants frame=" + frame + " of pages=" + pages);
      }
      int used = word | READING | (write ? WRITING : 0);
      if (INT.compareAndSet(table, index * ENTRY_SIZE, word, used)) {
        readers[index]++;
        if (write) {
          writers[index]++;
        }
        return frame;
      }
    }
  }

  /** Undoes one {@link #pin}; the domain may be gone by now. */
  void unpin(int ref, Access access) {
    if (closed) {
      return;
    }
    int clear = 0;
    if (access == Access.READ_WRITE && --writers[ref] == 0) {
      clear |= WRITING;
    }
    if (--readers[ref] == 0) {
      clear |= READING;
    }
    if (clear != 0) {
      INT.getAndBitwiseAnd(table, ref * ENTRY_SIZE, ~clear);
    }
  }

  @Override
  public void close() {
    closed = true;
    file.close();
    range.unmap();
  }
}
