package org.dmore.xen.contract.lab;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.GrantOffers;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * The puppet's memory and grants, as a test in another domain has them. Its own windows are second
 * mappings of the same pages, by grants of their own and by calls of libxengnttab that owe nothing
 * to the code under test.
 */
final class PuppetMemory implements GuestMemory, GrantOffers, AutoCloseable {
  /** A guest that never ran uses nothing here. */
  private static final long FIRST_FRAME = 4096;

  /** From here on entries are for windows. */
  private static final int FIRST_WINDOW_ENTRY = PuppetGuest.ENTRIES / 2;

  private static final int READ_AND_WRITE = 3;

  private final LabHost.Puppet puppet;
  private final DomainId owner;
  private final DomainId self;
  private final long pages;
  private final NativeLibrary library = NativeLibrary.getInstance("libxengnttab.so.1");
  private final Pointer device =
      library.getFunction("xengnttab_open").invokePointer(new Object[] {null, 0});
  private final List<SharedPage> windows = new ArrayList<>();
  private final BitSet offered = new BitSet();
  private long nextFrame = FIRST_FRAME;
  private int nextWindow = FIRST_WINDOW_ENTRY;

  PuppetMemory(LabHost.Puppet puppet, DomainId self) {
    this.puppet = puppet;
    this.owner = puppet.self();
    this.pages = puppet.pages();
    this.self = self;
  }

  DomainId owner() {
    return owner;
  }

  @Override
  public long pages() {
    return pages;
  }

  @Override
  public synchronized long allocate(int count) throws XenException {
    long first = nextFrame;
    puppet.clear(first, count);
    nextFrame += count;
    return first;
  }

  @Override
  public void free(long frame, int count) {}

  @Override
  public synchronized SharedPage window(long frame, int count) throws XenException {
    int first = nextWindow;
    nextWindow += count;
    puppet.grantRun(new GrantRef(first), self, frame, count);
    Pointer address = map(IntStream.range(first, nextWindow).toArray());
    if (address == null) {
      throw new XenException(Errno.EIO, "a window could not be mapped, frame=" + frame);
    }
    SharedPage window =
        SharedPage.shared(
            address.getByteBuffer(0, (long) count * PAGE_SIZE),
            Access.READ_WRITE,
            (offset, length) -> {},
            () -> unmap(address, count));
    windows.add(window);
    return window;
  }

  private Pointer map(int[] refs) {
    return library
        .getFunction("xengnttab_map_domain_grant_refs")
        .invokePointer(new Object[] {device, refs.length, owner.value(), refs, READ_AND_WRITE});
  }

  private void unmap(Pointer address, int count) {
    library.getFunction("xengnttab_unmap").invokeInt(new Object[] {device, address, count});
  }

  @Override
  public synchronized GrantRef offer(DomainId to, long frame, Access access) throws XenException {
    if (frame < 0 || frame >= pages) {
      throw new XenException(Errno.EINVAL, "frame=" + frame + " pages=" + pages);
    }
    int ref = offered.nextClearBit(PuppetGuest.FIRST_ENTRY);
    puppet.grant(new GrantRef(ref), to, frame, access);
    offered.set(ref);
    return new GrantRef(ref);
  }

  @Override
  public synchronized void revoke(GrantRef ref) throws XenException {
    if (!offered.get(ref.value())) {
      throw new XenException(Errno.EINVAL, "ref=" + ref + " was not offered");
    }
    puppet.ungrant(ref);
    offered.clear(ref.value());
  }

  @Override
  public synchronized void close() {
    windows.forEach(SharedPage::close);
    library.getFunction("xengnttab_close").invokeInt(new Object[] {device});
  }
}
