package org.dmore.vdev.frontend;

import java.util.Optional;
import org.dmore.vdev.wire.FbifEvent;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.EventPort;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * The guest's driver of a paravirtual framebuffer, as {@code drivers/video/fbdev/xen-fbfront.c} of
 * Linux behaves: page and pixels are shared by frame number, never by grant; update events are sent
 * once the backend's {@code request-update} is 1, and merged while the ring is full.
 *
 * <p>32 bits a pixel, xRGB.
 */
public final class FramebufferFrontend extends XenbusFrontend {
  private static final int DEPTH = 32;
  private static final int BYTES_PER_PIXEL = DEPTH / 8;
  private static final int FRAMES_PER_DIRECTORY = SharedPage.PAGE_SIZE / Long.BYTES;

  private final int maxWidth;
  private final int maxHeight;

  private int width;
  private int height;
  private long pageFrame;
  private long pixelFrame;
  private long directoryFrame;
  private int pixelPages;
  private SharedPage page;
  private SharedPage pixels;
  private EventPort port;
  private boolean updateWanted;

  private boolean resizePending;
  private int dirtyLeft;
  private int dirtyTop;
  private int dirtyRight;
  private int dirtyBottom;

  /**
   * Makes a driver; {@link #probe} sets it to work.
   *
   * @param maxWidth the widest it will ever be, in pixels: memory is for this
   * @param maxHeight the tallest
   */
  public FramebufferFrontend(
      GuestPorts ports, GuestCpu cpu, int number, int maxWidth, int maxHeight) {
    super(ports, cpu, "device/vfb/" + number);
    this.maxWidth = maxWidth;
    this.maxHeight = maxHeight;
    this.width = maxWidth;
    this.height = maxHeight;
  }

  /** Pixels of a row. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Draws a run of pixels, {@code 0x00RRGGBB}; tell of it with {@link #update}. */
  public void putRow(int x, int y, int[] source, int offset, int count) {
    pixels.putInts((y * width + x) * BYTES_PER_PIXEL, source, offset, count);
  }

  /** Reads a run of pixels back. */
  public void getRow(int x, int y, int[] target, int offset, int count) {
    pixels.getInts((y * width + x) * BYTES_PER_PIXEL, target, offset, count);
  }

  /** Tells the backend that a rectangle changed. */
  public void update(int x, int y, int changedWidth, int changedHeight) {
    if (dirtyRight > dirtyLeft) {
      dirtyLeft = Math.min(dirtyLeft, x);
      dirtyTop = Math.min(dirtyTop, y);
      dirtyRight = Math.max(dirtyRight, x + changedWidth);
      dirtyBottom = Math.max(dirtyBottom, y + changedHeight);
    } else {
      dirtyLeft = x;
      dirtyTop = y;
      dirtyRight = x + changedWidth;
      dirtyBottom = y + changedHeight;
    }
    sendWaiting();
  }

  /**
   * Changes the mode within the memory there is; if the backend has {@code feature-resize} it is
   * told.
   */
  public void setMode(int newWidth, int newHeight) {
    if (newWidth < 1 || newWidth > maxWidth || newHeight < 1 || newHeight > maxHeight) {
      throw new IllegalArgumentException(
          "mode=" + newWidth + "x" + newHeight + " is over " + maxWidth + "x" + maxHeight);
    }
    width = newWidth;
    height = newHeight;
    resizePending = true;
    sendWaiting();
  }

  @Override
  void probed() throws XenException {
    if (page == null) {
      pixelPages =
          (maxWidth * maxHeight * BYTES_PER_PIXEL + SharedPage.PAGE_SIZE - 1)
              / SharedPage.PAGE_SIZE;
      pageFrame = ports().memory().allocate(1);
      page = ports().memory().window(pageFrame, 1);
      pixelFrame = ports().memory().allocate(pixelPages);
      pixels = ports().memory().window(pixelFrame, pixelPages);
      writeDirectories();
    }
    wipePage();
  }

  @Override
  void wipePage() {
    page.fill(0, SharedPage.PAGE_SIZE, (byte) 0);
    int directories = directories();
    for (int i = 0; i < directories; i++) {
      page.putLong(FbifPage.PAGE_DIRECTORY_64 + i * Long.BYTES, directoryFrame + i);
    }
    page.putInt(FbifPage.WIDTH, width);
    page.putInt(FbifPage.HEIGHT, height);
    page.putInt(FbifPage.LINE_LENGTH, width * BYTES_PER_PIXEL);
    page.putInt(FbifPage.MEM_LENGTH, maxWidth * maxHeight * BYTES_PER_PIXEL);
    page.putByte(FbifPage.DEPTH, (byte) DEPTH);
    updateWanted = false;
    resizePending = false;
  }

  @Override
  void connectBackend() throws XenException {
    port = allocateChannel(this::interrupt);
    publish(
        (view, path) -> {
          view.write(path + "/page-ref", Long.toString(pageFrame));
          view.write(path + "/event-channel", port.toString());
          view.write(path + "/protocol", "x86_64-abi");
          view.write(path + "/feature-update", "1");
        });
  }

  @Override
  void backendConnected() throws XenException {
    Optional<String> wanted = backendNode("request-update");
    updateWanted = wanted.map("1"::equals).orElse(false);
    update(0, 0, width, height);
  }

  @Override
  void disconnectBackend() throws XenException {
    closeChannel(port);
    updateWanted = false;
  }

  @Override
  void forgetConnection() {
    updateWanted = false;
    if (port != null) {
      cpu().removeEvent(port);
    }
  }

  private int directories() {
    return (pixelPages + FRAMES_PER_DIRECTORY - 1) / FRAMES_PER_DIRECTORY;
  }

  private void writeDirectories() throws XenException {
    int count = directories();
    directoryFrame = ports().memory().allocate(count);
    SharedPage directory = ports().memory().window(directoryFrame, count);
    for (int i = 0; i < pixelPages; i++) {
      directory.putLong(i * Long.BYTES, pixelFrame + i);
    }
  }

  private void interrupt() {
    sendWaiting();
  }

  private void sendWaiting() {
    if (!updateWanted) {
      return;
    }
    int producer = page.getInt(FbifPage.OUT_PROD);
    int room = FbifPage.outRoom(producer, page.getIntAcquire(FbifPage.OUT_CONS));
    boolean any = false;
    if (resizePending && room > 0) {
      int slot = clearSlot(producer, FbifEvent.TYPE_RESIZE);
      page.putInt(slot + FbifEvent.RESIZE_WIDTH, width);
      page.putInt(slot + FbifEvent.RESIZE_HEIGHT, height);
      page.putInt(slot + FbifEvent.RESIZE_STRIDE, width * BYTES_PER_PIXEL);
      page.putInt(slot + FbifEvent.RESIZE_DEPTH, DEPTH);
      resizePending = false;
      producer++;
      room--;
      any = true;
    }
    if (dirtyRight > dirtyLeft && !resizePending && room > 0) {
      int slot = clearSlot(producer, FbifEvent.TYPE_UPDATE);
      page.putInt(slot + FbifEvent.UPDATE_X, dirtyLeft);
      page.putInt(slot + FbifEvent.UPDATE_Y, dirtyTop);
      page.putInt(slot + FbifEvent.UPDATE_WIDTH, dirtyRight - dirtyLeft);
      page.putInt(slot + FbifEvent.UPDATE_HEIGHT, dirtyBottom - dirtyTop);
      dirtyRight = dirtyLeft;
      producer++;
      any = true;
    }
    if (any) {
      page.putIntRelease(FbifPage.OUT_PROD, producer);
      ports().eventChannels().notify(port);
    }
  }

  private int clearSlot(int index, int type) {
    int slot = FbifPage.outSlot(index);
    page.fill(slot, FbifEvent.SIZE, (byte) 0);
    page.putByte(slot + FbifEvent.TYPE, (byte) type);
    return slot;
  }
}
