package org.dmore.xen.lib;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps other domains' pages through {@code /dev/xen/privcmd}; {@code xenforeignmemory.h}.
 *
 * <p>Thread-safe. Each open window keeps the device open.
 */
final class LibForeignMemory implements ForeignMemory {
  private static final Logger LOG = LoggerFactory.getLogger(LibForeignMemory.class);

  private final Handle device;

  private LibForeignMemory(Handle device) {
    this.device = device;
  }

  static LibForeignMemory open() throws XenException {
    ForeignMem.load();
    CLibrary.load();
    XenMachine.THIS.check(XenMachine.Device.PRIVCMD);
    // SAFETY: the logger lives as long as the process; the handle is freed once, by Handle.
    long address = ForeignMem.xenforeignmemory_open(Toollog.logger(), 0);
    if (address == 0) {
      throw XenMachine.THIS.refused(XenMachine.Device.PRIVCMD, Errors.last());
    }
    return new LibForeignMemory(
        new Handle(
            "foreign memory",
            address,
            // SAFETY: Handle calls this once, when there are no users and no windows.
            ForeignMem::xenforeignmemory_close));
  }

  @Override
  public SharedPage map(DomainId domain, long[] frames, Access access) throws XenException {
    if (frames.length == 0 || frames.length > GrantTable.MAX_PAGES) {
      throw new XenException(
          Errno.EINVAL, "frames=" + frames.length + " is not in 1.." + GrantTable.MAX_PAGES);
    }
    for (long frame : frames) {
      if (frame < 0) {
        throw new XenException(Errno.EINVAL, "domid=" + domain + " frame=" + frame);
      }
    }
    int prot = CLibrary.PROT_READ | (access == Access.READ_WRITE ? CLibrary.PROT_WRITE : 0);
    long handle = device.use();
    boolean mapped = false;
    try {
      // SAFETY: the handle is in use, so it is open; the array holds as many frames as are counted;
      // without an array of errors the library maps all of the frames or none.
      long address =
          ForeignMem.xenforeignmemory_map(
              handle, domain.value(), prot, frames.length, frames, null);
      if (address == 0) {
        throw refusal(
            Errors.last(),
            "mapping frame=" + frames[0] + " count=" + frames.length + " of domid=" + domain);
      }
      int pages = frames.length;
      SharedPage page = window(address, pages, access, () -> unmap(domain, address, pages));
      mapped = true;
      return page;
    } finally {
      if (!mapped) {
        device.leave();
      }
    }
  }

  private void unmap(DomainId domain, long address, int pages) {
    // SAFETY: called once for an address that the library returned, with the count of the mapping;
    // the window still counts as a user, so the handle is open.
    int result = ForeignMem.xenforeignmemory_unmap(device.address(), address, pages);
    checkUnmapped(result, domain, pages);
    device.leave();
  }

  @Override
  public SharedPage mapGrantTable(DomainId domain, int firstFrame, int frames) throws XenException {
    if (firstFrame < 0 || frames < 1) {
      throw new XenException(Errno.EINVAL, "first=" + firstFrame + " frames=" + frames);
    }
    int limit = grantTableFrames(domain);
    if (firstFrame > limit - frames) {
      throw new XenException(
          Errno.EINVAL,
          "first=" + firstFrame + " frames=" + frames + " limit=" + limit + " domid=" + domain);
    }
    long handle = device.use();
    boolean mapped = false;
    try {
      long[] address = {0};
      // SAFETY: the handle is in use, so it is open; the library reads a null hint from the array
      // and writes the address into it; the protection is that of shared, writable frames.
      long resource =
          ForeignMem.xenforeignmemory_map_resource(
              handle,
              (short) domain.value(),
              ForeignMem.RESOURCE_GRANT_TABLE,
              ForeignMem.GRANT_TABLE_SHARED,
              firstFrame,
              frames,
              address,
              CLibrary.PROT_READ | CLibrary.PROT_WRITE,
              0);
      if (resource == 0) {
        throw refusal(
            Errors.last(),
            "mapping grant table frame=" + firstFrame + " count=" + frames + " of domid=" + domain);
      }
      SharedPage page =
          window(
              address[0], frames, Access.READ_WRITE, () -> unmapResource(domain, resource, frames));
      mapped = true;
      return page;
    } finally {
      if (!mapped) {
        device.leave();
      }
    }
  }

  private void unmapResource(DomainId domain, long resource, int frames) {
    // SAFETY: called once for a resource that the library returned, which this call frees; the
    // window still counts as a user, so the handle is open.
    int result = ForeignMem.xenforeignmemory_unmap_resource(device.address(), resource);
    checkUnmapped(result, domain, frames);
    device.leave();
  }

  @Override
  public int grantTableFrames(DomainId domain) throws XenException {
    long handle = device.use();
    try {
      long[] bytes = {0};
      // SAFETY: the handle is in use, so it is open; the library writes one size_t.
      int result =
          ForeignMem.xenforeignmemory_resource_size(
              handle,
              (short) domain.value(),
              ForeignMem.RESOURCE_GRANT_TABLE,
              ForeignMem.GRANT_TABLE_SHARED,
              bytes);
      if (result != 0) {
        throw refusal(Errors.last(), "asking for the size of the grant table of domid=" + domain);
      }
      return Math.toIntExact(bytes[0] / SharedPage.PAGE_SIZE);
    } finally {
      device.leave();
    }
  }

  @Override
  public int grantTableVersion(DomainId domain) throws XenException {
    long handle = device.use();
    try {
      long[] address = {0};
      // SAFETY: the handle is in use, so it is open; the library reads a null hint from the array
      // and writes the address into it, which is unmapped below.
      long resource =
          ForeignMem.xenforeignmemory_map_resource(
              handle,
              (short) domain.value(),
              ForeignMem.RESOURCE_GRANT_TABLE,
              ForeignMem.GRANT_TABLE_STATUS,
              0,
              1,
              address,
              CLibrary.PROT_READ,
              0);
      if (resource != 0) {
        // SAFETY: the resource that the library returned just now; the call frees it.
        checkUnmapped(ForeignMem.xenforeignmemory_unmap_resource(handle, resource), domain, 1);
        return 2;
      }
      int errno = Errors.last();
      if (errno == Errors.EINVAL) {
        return 1; // status frames are a thing of version 2: the hypervisor refuses them so
      }
      throw refusal(errno, "asking for the version of the grant table of domid=" + domain);
    } finally {
      device.leave();
    }
  }

  private static SharedPage window(long address, int pages, Access access, Runnable unmap) {
    // SAFETY: the library mapped this many pages at the address; they stay until the window runs
    // unmap, once, after which it refuses every access.
    ByteBuffer memory = new Pointer(address).getByteBuffer(0, (long) pages * SharedPage.PAGE_SIZE);
    return SharedPage.confined(memory, access, unmap);
  }

  private static void checkUnmapped(int result, DomainId domain, int pages) {
    if (result != 0) {
      LOG.warn(
          "unmapping failed, domid={} pages={} errno={}: the kernel keeps the mapping",
          domain,
          pages,
          Errors.name(Errors.last()));
    }
  }

  private static XenException refusal(int number, String what) {
    if (number == Errors.EPERM) {
      return new XenException(Errno.EPERM, what + " failed: only dom0 may");
    }
    return Errors.ofDomain(number, what + " failed");
  }

  @Override
  public void close() {
    device.close();
  }
}
