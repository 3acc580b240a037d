package org.dmore.xen.contract.lab;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.GrantOffers;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.lib.LibControlPorts;

/**
 * A rig in dom0: foreign memory of a guest that was created paused and never runs. dom0 is the
 * backend, too, to which the guest's pages are granted.
 */
final class ControlRig implements ContractRig {
  private static final long FIRST_FRAME = 8192;

  private final LibControlPorts dom0 = LibControlPorts.open();
  private final DomainId guest = DomainId.parse(System.getProperty("contract.puppet"));
  private final PuppetGuest puppet = new PuppetGuest(dom0, guest);
  private final List<SharedPage> windows = new ArrayList<>();
  private final BitSet offered = new BitSet();
  private long nextFrame = FIRST_FRAME;

  ControlRig() throws XenException {}

  @Override
  public GuestPorts granter() {
    return new LabRig.Parts(null, null, null, new Memory(), new Offers());
  }

  @Override
  public DomainId granterId() {
    return guest;
  }

  @Override
  public DomainPorts backend() {
    return dom0;
  }

  @Override
  public DomainId backendId() {
    return DomainId.DOM0;
  }

  @Override
  public ControlPorts dom0() {
    return dom0;
  }

  @Override
  public DomainId nobody() {
    return new DomainId(999);
  }

  @Override
  public int patience() {
    return 6;
  }

  @Override
  public void close() {
    windows.forEach(SharedPage::close);
    try {
      puppet.close();
    } catch (XenException e) {
      throw new IllegalStateException(e);
    }
    dom0.close();
  }

  private final class Memory implements GuestMemory {
    @Override
    public long pages() {
      return puppet.pages();
    }

    @Override
    public long allocate(int count) throws XenException {
      long first = nextFrame;
      puppet.clear(first, count);
      nextFrame += count;
      return first;
    }

    @Override
    public void free(long frame, int count) {}

    @Override
    public SharedPage window(long frame, int count) throws XenException {
      long[] frames = new long[count];
      for (int i = 0; i < count; i++) {
        frames[i] = frame + i;
      }
      SharedPage window = dom0.foreignMemory().map(guest, frames, Access.READ_WRITE);
      windows.add(window);
      return window;
    }
  }

  private final class Offers implements GrantOffers {
    @Override
    public GrantRef offer(DomainId to, long frame, Access access) throws XenException {
      int ref = offered.nextClearBit(PuppetGuest.FIRST_ENTRY);
      puppet.grant(new GrantRef(ref), to, frame, access);
      offered.set(ref);
      return new GrantRef(ref);
    }

    @Override
    public void revoke(GrantRef ref) throws XenException {
      puppet.ungrant(ref);
      offered.clear(ref.value());
    }
  }
}
