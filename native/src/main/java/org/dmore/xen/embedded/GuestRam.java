package org.dmore.xen.embedded;

import java.nio.ByteBuffer;
import org.dmore.xen.SharedPage;

/** The pages of one domain on one host, as the hypervisor has them. */
final class GuestRam implements AutoCloseable {
  private static final int VIEW_BITS = 30;
  private static final int VIEW_SIZE = 1 << VIEW_BITS;

  private final Memfd file;
  private final long pages;
  private AddressRange range;
  private ByteBuffer[] views = {};

  GuestRam(String name, long pages) {
    this.pages = pages;
    this.file = new Memfd(name, pages * SharedPage.PAGE_SIZE);
  }

  long pages() {
    return pages;
  }

  Memfd file() {
    return file;
  }

  /** Bytes that were ever touched, rounded to pages, from an offset on; see {@link Memfd}. */
  long nextData(long offset) {
    return file.nextData(offset);
  }

  /**
   * Copies pages from another domain's memory of the same size. The source may be written
   * meanwhile; its dirty log tells.
   */
  void copyFrom(GuestRam source, long frame, int count) {
    long at = frame * SharedPage.PAGE_SIZE;
    long end = at + (long) count * SharedPage.PAGE_SIZE;
    while (at < end) {
      int view = (int) (at >> VIEW_BITS);
      int offset = (int) (at & (VIEW_SIZE - 1));
      int length = (int) Math.min(end - at, VIEW_SIZE - offset);
      view(view).put(offset, source.view(view), offset, length);
      at += length;
    }
  }

  private ByteBuffer view(int index) {
    if (range == null) {
      range = AddressRange.of(file);
      views = new ByteBuffer[(int) ((file.size() + VIEW_SIZE - 1) >> VIEW_BITS)];
      for (int i = 0; i < views.length; i++) {
        long at = (long) i << VIEW_BITS;
        views[i] = range.buffer(at, (int) Math.min(VIEW_SIZE, file.size() - at));
      }
    }
    return views[index];
  }

  /** Ends the hypervisor's own view, once nobody copies any more. */
  void endCopying() {
    if (range != null) {
      range.unmap();
      range = null;
      views = new ByteBuffer[0];
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
