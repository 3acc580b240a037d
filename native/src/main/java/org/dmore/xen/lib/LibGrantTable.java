package org.dmore.xen.lib;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.List;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps grants through {@code /dev/xen/gntdev}; {@code xengnttab.h}.
 *
 * <p>Thread-safe. Each open window keeps the device open, so that it can be unmapped after {@link
 * #close}; a window that was {@linkplain SharedPage#abandon() abandoned} keeps it open for the
 * process's life, as closing would unmap it.
 *
 * <p>gntdev answers every refusal of the hypervisor with EINVAL. So the references of a refused
 * mapping are tried once more, one by one, with a grant copy of one byte: that reports what the
 * hypervisor said.
 */
final class LibGrantTable implements GrantTable {
  private static final Logger LOG = LoggerFactory.getLogger(LibGrantTable.class);

  private final Handle device;

  private LibGrantTable(Handle device) {
    this.device = device;
  }

  static LibGrantTable open() throws XenException {
    Gnttab.load();
    CLibrary.load();
    XenMachine.THIS.check(XenMachine.Device.GNTDEV);
    // SAFETY: the logger lives as long as the process; the handle is freed once, by Handle.
    long address = Gnttab.xengnttab_open(Toollog.logger(), 0);
    if (address == 0) {
      throw XenMachine.THIS.refused(XenMachine.Device.GNTDEV, Errors.last());
    }
    return new LibGrantTable(
        new Handle(
            "grant table",
            address,
            // SAFETY: Handle calls this once, when there are no users and no windows.
            Gnttab::xengnttab_close));
  }

  @Override
  public SharedPage map(DomainId owner, List<GrantRef> refs, Access access) throws XenException {
    if (refs.isEmpty() || refs.size() > MAX_PAGES) {
      throw new XenException(
          Errno.EINVAL, "references=" + refs.size() + " is not in 1.." + MAX_PAGES);
    }
    int[] numbers = refs.stream().mapToInt(GrantRef::value).toArray();
    int prot = CLibrary.PROT_READ | (access == Access.READ_WRITE ? CLibrary.PROT_WRITE : 0);
    long handle = device.use();
    boolean mapped = false;
    try {
      // SAFETY: the handle is in use, so it is open; the array holds as many references as are
      // counted, and JNA keeps it in place for the call.
      long address =
          Gnttab.xengnttab_map_domain_grant_refs(
              handle, numbers.length, owner.value(), numbers, prot);
      if (address == 0) {
        throw refusal(handle, owner, refs, access, Errors.last());
      }
      // SAFETY: the library mapped this many pages at the address; they stay until unmap(), which
      // SharedPage runs once, after which it refuses every access.
      ByteBuffer memory =
          new Pointer(address).getByteBuffer(0, (long) numbers.length * SharedPage.PAGE_SIZE);
      SharedPage page =
          SharedPage.confined(memory, access, () -> unmap(owner, address, numbers.length));
      mapped = true;
      return page;
    } finally {
      if (!mapped) {
        device.leave();
      }
    }
  }

  private void unmap(DomainId owner, long address, int count) {
    // SAFETY: called once for an address that the library returned, with the count of the mapping;
    // the window still counts as a user, so the handle is open.
    int result = Gnttab.xengnttab_unmap(device.address(), address, count);
    if (result != 0) {
      LOG.warn(
          "unmapping failed, owner={} pages={} errno={}: the kernel keeps the mapping",
          owner,
          count,
          Errors.name(Errors.last()));
    }
    device.leave();
  }

  private static XenException refusal(
      long handle, DomainId owner, List<GrantRef> refs, Access access, int number) {
    if (number == Errors.EINVAL) {
      for (GrantRef ref : refs) {
        GrantStatus status = probe(handle, owner, ref);
        if (status != GrantStatus.OKAY) {
          return status.refusal(owner, ref);
        }
      }
      if (access == Access.READ_WRITE) {
        return new XenException(
            Errno.EPERM,
            "refs=" + refs.get(0) + "... of domid=" + owner + " are granted read-only, in part");
      }
    }
    return Errors.ofDomain(
        number, "mapping refs=" + refs.size() + " of domid=" + owner + " failed: see dmesg");
  }

  private static GrantStatus probe(long handle, DomainId owner, GrantRef ref) {
    try (Memory target = new Memory(1);
        Memory segment = new Memory(GrantStatus.SEGMENT_SIZE)) {
      GrantStatus.describeProbe(segment, owner, ref, target);
      // SAFETY: one segment is described; the hypervisor writes one byte to the target and the
      // library the status into the segment, both of which live until the end of this block.
      int result = Gnttab.xengnttab_grant_copy(handle, 1, Pointer.nativeValue(segment));
      return result == 0 ? GrantStatus.of(segment) : GrantStatus.UNKNOWN;
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
