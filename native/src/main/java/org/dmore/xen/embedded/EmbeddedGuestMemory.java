package org.dmore.xen.embedded;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.dmore.xen.Access;
import org.dmore.xen.Errno;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * The guest's own view of its memory: one range of addresses for its whole life, under which a
 * migration exchanges the pages.
 */
final class EmbeddedGuestMemory implements GuestMemory {
  private final AddressRange view;
  private final DirtyLog log;
  private final FrameAllocator allocator;
  private final Set<SharedPage> windows =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private volatile boolean destroyed;

  EmbeddedGuestMemory(GuestRam ram) {
    this.view = AddressRange.of(ram.file());
    this.log = new DirtyLog(ram.pages());
    this.allocator = new FrameAllocator(ram.pages());
  }

  DirtyLog log() {
    return log;
  }

  @Override
  public long pages() {
    return log.pages();
  }

  @Override
  public long allocate(int count) throws XenException {
    if (count < 1) {
      throw new IllegalArgumentException("count=" + count + " is not positive");
    }
    int first = allocator.allocate(count);
    for (int frame = first; frame < first + count; frame++) {
      if (allocator.takeSoiled(frame)) {
        window(frame, 1).fill(0, PAGE_SIZE, (byte) 0);
      }
    }
    return first;
  }

  @Override
  public void free(long frame, int count) {
    allocator.free(frame, count);
  }

  @Override
  public SharedPage window(long frame, int count) throws XenException {
    if (frame < 0 || count < 1 || frame > pages() - count) {
      throw new XenException(
          Errno.EINVAL, "frame=" + frame + " count=" + count + " pages=" + pages());
    }
    if (count > Integer.MAX_VALUE / PAGE_SIZE) {
      throw new XenException(Errno.EINVAL, "count=" + count + " is over 2 GiB in one window");
    }
    long first = frame * PAGE_SIZE;
    SharedPage window =
        SharedPage.shared(
            view.buffer(first, count * PAGE_SIZE),
            Access.READ_WRITE,
            (offset, length) -> log.mark(first + offset, length),
            this::windowClosed);
    windows.add(window);
    if (destroyed) {
      window.close();
    }
    return window;
  }

  /** Nothing to unmap; the reference keeps the view's addresses alive as long as the window. */
  private void windowClosed() {}

  /** Exchanges the pages under every window. Nothing of the domain runs meanwhile. */
  void remap(GuestRam ram) {
    view.map(0, ram.file(), 0, view.length(), Access.READ_WRITE);
  }

  /**
   * Closes every window. The addresses stay readable until nobody can reach a window any more: a
   * thread that was just looking gets zeros and not a crash.
   */
  void destroy() {
    destroyed = true;
    synchronized (windows) {
      windows.forEach(SharedPage::close);
    }
    view.blank((byte) 0);
  }
}
