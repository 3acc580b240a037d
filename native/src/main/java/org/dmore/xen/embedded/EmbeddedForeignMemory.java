package org.dmore.xen.embedded;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/** Maps domains' pages for dom0. */
final class EmbeddedForeignMemory implements ForeignMemory {
  private static final int[] NO_GRANTS = {};

  private final Occupant dom0;
  private volatile boolean closed;

  EmbeddedForeignMemory(Occupant dom0) {
    this.dom0 = dom0;
  }

  @Override
  public SharedPage map(DomainId domain, long[] frames, Access access) throws XenException {
    if (frames.length == 0 || frames.length > GrantTable.MAX_PAGES) {
      throw new XenException(
          Errno.EINVAL, "frames=" + frames.length + " is not in 1.." + GrantTable.MAX_PAGES);
    }
    synchronized (dom0.hypervisor()) {
      DomainInstance target = target(domain);
      for (long frame : frames) {
        if (frame < 0 || frame >= target.pages()) {
          throw new XenException(
              Errno.EINVAL, "domid=" + domain + " frame=" + frame + " pages=" + target.pages());
        }
      }
      return new PageMapping(
              dom0.instance(),
              target,
              target.ram.file(),
              true,
              Arrays.copyOf(frames, frames.length),
              NO_GRANTS,
              access)
          .open();
    }
  }

  @Override
  public SharedPage mapGrantTable(DomainId domain, int firstFrame, int frames) throws XenException {
    synchronized (dom0.hypervisor()) {
      DomainInstance target = target(domain);
      if (firstFrame < 0 || frames < 1 || firstFrame > GrantEntries.FRAMES - frames) {
        throw new XenException(
            Errno.EINVAL,
            "first=" + firstFrame + " frames=" + frames + " limit=" + GrantEntries.FRAMES);
      }
      return new PageMapping(
              dom0.instance(),
              target,
              target.grants.file(),
              false,
              LongStream.range(firstFrame, firstFrame + (long) frames).toArray(),
              NO_GRANTS,
              Access.READ_WRITE)
          .open();
    }
  }

  @Override
  public int grantTableFrames(DomainId domain) throws XenException {
    synchronized (dom0.hypervisor()) {
      target(domain);
      return GrantEntries.FRAMES;
    }
  }

  @Override
  public int grantTableVersion(DomainId domain) throws XenException {
    synchronized (dom0.hypervisor()) {
      target(domain);
      return 1;
    }
  }

  private DomainInstance target(DomainId domain) throws XenException {
    if (closed) {
      throw new XenException(Errno.EBADF, "foreign memory is closed");
    }
    return dom0.instance().host.instance(domain);
  }

  @Override
  public void close() {
    closed = true;
  }
}
