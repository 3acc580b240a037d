package org.dmore.vdev.frontend;

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
 * <p>That node is read when the backend says CONNECTED and not before. What is drawn until then is
 * never told, neither then nor later. Once it was read it holds for the life of the driver, over a
 * resume too. A row has the bytes of the widest mode in every mode.
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
  private boolean resizeWanted;

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
    pixels.putInts((y * maxWidth + x) * BYTES_PER_PIXEL, source, offset, count);
  }

  /** Reads a run of pixels back. */
  public void getRow(int x, int y, int[] target, int offset, int count) {
    pixels.getInts((y * maxWidth + x) * BYTES_PER_PIXEL, target, offset, count);
  }

  /** Tells the backend that a rectangle changed. */
  public void update(int x, int y, int changedWidth, int changedHeight) {
    if (!updateWanted) {
      sendWaiting();
      return;
    }
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
   * Changes the mode within the memory there is and tells the backend.
   *
   * @throws IllegalStateException if the backend has no {@code feature-resize}
   */
  public void setMode(int newWidth, int newHeight) {
    if (!resizeWanted) {
      throw new IllegalStateException("the backend has no feature-resize");
    }
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
    page.putInt(FbifPage.LINE_LENGTH, maxWidth * BYTES_PER_PIXEL);
    page.putInt(FbifPage.MEM_LENGTH, maxWidth * maxHeight * BYTES_PER_PIXEL);
    page.putByte(FbifPage.DEPTH, (byte) DEPTH);
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
    updateWanted |= backendNode("request-update").map("1"::equals).orElse(false);
    resizeWanted = backendNode("feature-resize").map("1"::equals).orElse(false);
  }

  @Override
  void disconnectBackend() throws XenException {
    closeChannel(port);
    // Nothing was granted by this driver: it frees its memory whatever the backend still maps.
    ports().memory().free(pageFrame, 1);
    ports().memory().free(pixelFrame, pixelPages);
    ports().memory().free(directoryFrame, directories());
    page = null;
    updateWanted = false;
    resizeWanted = false;
    resizePending = false;
    dirtyRight = dirtyLeft;
  }

  @Override
  void forgetConnection() {
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
    if (page == null) {
      return; // removed
    }
    int producer = page.getInt(FbifPage.OUT_PROD);
    int room = FbifPage.outRoom(producer, page.getIntAcquire(FbifPage.OUT_CONS));
    boolean any = false;
    if (resizePending && room > 0) {
      int slot = clearSlot(producer, FbifEvent.TYPE_RESIZE);
      page.putInt(slot + FbifEvent.RESIZE_WIDTH, width);
      page.putInt(slot + FbifEvent.RESIZE_HEIGHT, height);
      page.putInt(slot + FbifEvent.RESIZE_STRIDE, maxWidth * BYTES_PER_PIXEL);
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
