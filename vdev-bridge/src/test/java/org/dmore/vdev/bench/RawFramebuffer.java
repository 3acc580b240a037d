package org.dmore.vdev.bench;

import java.util.stream.LongStream;
import org.dmore.vdev.wire.FbifEvent;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.EventPort;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/** A framebuffer without a driver: a test writes page, pixels and nodes by hand. */
public final class RawFramebuffer {
  private static final String DEVICE = "device/vfb/0";

  private final DeviceBench bench;
  private final BenchGuest guest;
  private final long pageFrame;
  private final long[] pixelFrames;
  private final SharedPage page;
  private final SharedPage pixels;
  private final EventPort port;
  private int base;

  /** Takes a page and as many pages of pixels. */
  public RawFramebuffer(DeviceBench bench, int pixelPages) throws XenException {
    this.bench = bench;
    this.guest = bench.guest();
    pageFrame = guest.ports().memory().allocate(1);
    page = guest.ports().memory().window(pageFrame, 1);
    long first = guest.ports().memory().allocate(pixelPages);
    pixelFrames = LongStream.range(first, first + pixelPages).toArray();
    pixels = guest.ports().memory().window(first, pixelPages);
    port = guest.ports().eventChannels().allocateUnbound(bench.domR().id());
  }

  public SharedPage page() {
    return page;
  }

  public SharedPage pixels() {
    return pixels;
  }

  public EventPort port() {
    return port;
  }

  public long pageFrame() {
    return pageFrame;
  }

  /** The first grant reference, once {@link #grant} made it. */
  public int base() {
    return base;
  }

  /** Writes the header. */
  public RawFramebuffer shape(int width, int height, int lineLength, int memLength, int depth) {
    page.putInt(FbifPage.WIDTH, width);
    page.putInt(FbifPage.HEIGHT, height);
    page.putInt(FbifPage.LINE_LENGTH, lineLength);
    page.putInt(FbifPage.MEM_LENGTH, memLength);
    page.putByte(FbifPage.DEPTH, (byte) depth);
    return this;
  }

  /** Has dom0 grant page and pixels. */
  public RawFramebuffer grant() throws XenException {
    base = bench.writeGrants(pageFrame, pixelFrames);
    bench.writeGrantNodes(base, pixelFrames.length + 1, Long.toString(pageFrame));
    return this;
  }

  /** Writes the guest's nodes. */
  public void offer(String state) throws XenException {
    guest.write(DEVICE + "/page-ref", Long.toString(pageFrame));
    guest.write(DEVICE + "/event-channel", port.toString());
    guest.write(DEVICE + "/state", state);
  }

  /** Puts an event into the out ring: its type and what follows in words. */
  public void put(int type, int... words) {
    int producer = page.getInt(FbifPage.OUT_PROD);
    int slot = FbifPage.outSlot(producer);
    page.putByte(slot + FbifEvent.TYPE, (byte) type);
    for (int i = 0; i < words.length; i++) {
      page.putInt(slot + 4 + 4 * i, words[i]);
    }
    page.putIntRelease(FbifPage.OUT_PROD, producer + 1);
    notifyBackend();
  }

  public void notifyBackend() {
    guest.ports().eventChannels().notify(port);
  }

  /** Whether the backend has taken all that was put. */
  public boolean isTaken() {
    return page.getIntAcquire(FbifPage.OUT_CONS) == page.getInt(FbifPage.OUT_PROD);
  }
}
