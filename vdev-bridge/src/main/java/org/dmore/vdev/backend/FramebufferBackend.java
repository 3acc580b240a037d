package org.dmore.vdev.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.dmore.vdev.wire.FbifEvent;
import org.dmore.vdev.wire.FbifPage;
import org.dmore.xen.Access;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GrantTable;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStoreView;
import org.dmore.xen.XenbusState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend of a paravirtual framebuffer: {@code public/io/fbif.h}.
 *
 * <p>The guest names its pages by frame number and grants none. So the toolstack grants them on its
 * behalf and writes beside the backend's other nodes:
 *
 * <ul>
 *   <li>{@value #GRANT_BASE}: the reference of the shared page; those of the pixels follow it;
 *   <li>{@value #GRANT_COUNT}: how many references there are;
 *   <li>{@value #GRANT_PAGE_REF}: the frontend's {@code page-ref} for which they were made, so that
 *       grants of a page that is no more are not taken for those of the next. It is removed when
 *       the frontend closes or is gone, since the next driver may well get the same page for other
 *       pixels: then the toolstack grants anew.
 * </ul>
 *
 * <p>A Linux driver tells nothing of what it draws before it has seen our CONNECTED and read {@code
 * request-update}, and it does not say when that was. So the whole picture counts as changed when
 * it connects, when the first event shows that it has read it, and once more after a moment for a
 * guest that is silent.
 */
public final class FramebufferBackend extends XenbusBackend {
  /** Node with the first grant reference. */
  public static final String GRANT_BASE = "fb-gref-base";

  /** Node with the number of grant references. */
  public static final String GRANT_COUNT = "fb-gref-count";

  /** Node with the {@code page-ref} to which the grants belong. */
  public static final String GRANT_PAGE_REF = "fb-page-ref";

  /** When a frontend that tells nothing has surely read what it may tell. */
  private static final long SILENCE_MILLIS = 1000;

  /** Largest framebuffer that is mapped, in bytes; 4096 x 4096 at 32 bits. */
  public static final int MAX_MEMORY = 64 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FramebufferBackend.class);

  /** Hears of the device; called on the console's event loop. */
  public interface Listener {
    /** The pixels can be read from now on. */
    void framebufferConnected(Framebuffer framebuffer, SharedPage pixels);

    /** Pixels changed; the rectangle lies within the framebuffer. */
    void framebufferDamaged(int x, int y, int width, int height);

    /** The shape changed. */
    void framebufferResized(Framebuffer framebuffer);

    /** The pixels are about to go; they can still be read during this call. */
    void framebufferDisconnecting();

    /** The pixels went with a migration and cannot be read. */
    void framebufferAbandoned();
  }

  private final GrantTable grants;
  private final EventPump events;
  private final Executor loop;
  private final Listener listener;

  private SharedPage page;
  private SharedPage pixels;
  private GrantRef firstGrant;
  private EventPort port;
  private Framebuffer framebuffer;
  private int consumer;
  private boolean goOnPosted;
  private boolean heard;
  private Future<?> silence = CompletableFuture.completedFuture(null);

  /** Makes a backend; {@link #start} sets it to work. */
  public FramebufferBackend(
      DeviceId id, DomainPorts ports, EventPump events, Executor loop, Listener listener) {
    super(id, ports, loop);
    this.grants = ports.grantTable();
    this.events = events;
    this.loop = loop;
    this.listener = listener;
  }

  @Override
  void writeFeatures(XenStoreView view, String path) throws XenException {
    view.write(path + "/feature-resize", "1");
    view.write(path + "/request-update", "1");
  }

  @Override
  List<String> offerNodes() {
    String frontend = id().frontendPath();
    String backend = id().backendPath();
    return List.of(
        frontend + "/page-ref",
        frontend + "/" + NodeEvents.PORT,
        backend + "/" + GRANT_PAGE_REF,
        backend + "/" + GRANT_BASE,
        backend + "/" + GRANT_COUNT);
  }

  @Override
  boolean connect(List<String> texts) throws XenException {
    String pageRef = texts.get(0);
    String grantedFor = texts.get(2);
    if (!grantedFor.equals(pageRef)) {
      return false; // not granted yet
    }
    EventPort remotePort = EventPort.parse(texts.get(1));
    map(GrantRef.parse(texts.get(3)), parseCount(texts.get(4)));
    try {
      port = events.bind(id().frontend(), remotePort, this::consumeIfConnected);
    } catch (XenException | RuntimeException e) {
      unmap();
      throw e;
    }
    return true;
  }

  @Override
  void connectionSettled() {
    heard = false;
    listener.framebufferConnected(framebuffer, pixels);
    consume();
    silence.cancel(false);
    silence =
        after(
            SILENCE_MILLIS,
            () -> {
              if (isConnected()) {
                damageAll();
              }
            });
  }

  /** Drivers before Linux 4.11 read {@code request-update} only at a second CONNECTED. */
  @Override
  void connectionConfirmed() throws XenException {
    nodes().sayAgain(XenbusState.CONNECTED);
  }

  @Override
  void disconnect(Parting parting) {
    listener.framebufferDisconnecting();
    try {
      if (parting != Parting.DETACHED) {
        forgetGrants(); // while they are in use: nobody writes others in their place
      }
    } catch (XenException e) {
      LOG.warn("device={} grants cannot be given back: {}", id(), e.getMessage());
    }
    try {
      events.unbind(port);
    } catch (XenException e) {
      LOG.warn("device={} event channel was dead already: {}", id(), e.getMessage());
    }
    unmap();
  }

  @Override
  void abandonConnection() {
    listener.framebufferAbandoned();
    events.abandon(port);
    page.abandon();
    pixels.abandon();
  }

  @Override
  boolean readsAllOnes() {
    return isAllOnes(page);
  }

  private void forgetGrants() throws XenException {
    String base = firstGrant.toString();
    nodes()
        .write(
            (view, path) -> {
              if (view.read(path + "/" + GRANT_BASE).map(String::strip).equals(Optional.of(base))) {
                view.remove(path + "/" + GRANT_PAGE_REF);
              }
            });
  }

  private void damageAll() {
    listener.framebufferDamaged(0, 0, framebuffer.width(), framebuffer.height());
  }

  private void map(GrantRef base, int count) throws XenException {
    page = grants.map(id().frontend(), base, Access.READ_WRITE);
    firstGrant = base;
    try {
      int memory = page.getInt(FbifPage.MEM_LENGTH);
      if (memory <= 0 || memory > MAX_MEMORY) {
        throw new IllegalArgumentException(
            "framebuffer mem_length=" + Integer.toUnsignedString(memory) + " is not usable");
      }
      int pagesNeeded = (memory + SharedPage.PAGE_SIZE - 1) / SharedPage.PAGE_SIZE;
      if (pagesNeeded > count - 1) {
        throw new IllegalArgumentException(
            "framebuffer needs pages=" + pagesNeeded + " but granted are " + (count - 1));
      }
      framebuffer =
          Framebuffer.checked(
              page.getInt(FbifPage.WIDTH),
              page.getInt(FbifPage.HEIGHT),
              page.getInt(FbifPage.LINE_LENGTH),
              page.getByte(FbifPage.DEPTH) & 0xff,
              0,
              memory);
      List<GrantRef> refs = new ArrayList<>(pagesNeeded);
      for (int i = 1; i <= pagesNeeded; i++) {
        refs.add(new GrantRef(base.value() + i));
      }
      pixels = grants.map(id().frontend(), refs, Access.READ_ONLY);
      consumer = page.getInt(FbifPage.OUT_CONS);
    } catch (XenException | RuntimeException e) {
      page.close();
      throw e;
    }
  }

  private void unmap() {
    pixels.close();
    page.close();
  }

  private static int parseCount(String text) {
    int count;
    try {
      count = Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(GRANT_COUNT + "=\"" + text + "\" is not a number", e);
    }
    if (count < 2 || count > MAX_MEMORY / SharedPage.PAGE_SIZE + 1) {
      throw new IllegalArgumentException(GRANT_COUNT + "=" + count + " is not usable");
    }
    return count;
  }

  private void consumeIfConnected() {
    if (isConnected()) {
      consume();
    }
  }

  /**
   * Takes what stands in the out ring: at most one ring's length, then others on the loop get their
   * turn.
   */
  private void consume() {
    int producer = page.getIntAcquire(FbifPage.OUT_PROD);
    if (!FbifPage.outIndicesValid(producer, consumer)) {
      complaints()
          .complain(
              "out_prod makes no sense",
              "out_prod="
                  + Integer.toUnsignedString(producer)
                  + " out_cons="
                  + Integer.toUnsignedString(consumer));
      consumer = producer; // what it meant to say is lost; all may have changed
      damageAll();
    }
    if (consumer != producer && !heard) {
      heard = true;
      damageAll();
    }
    while (consumer != producer) {
      take(FbifPage.outSlot(consumer));
      consumer++;
    }
    page.putIntRelease(FbifPage.OUT_CONS, consumer);
    SharedPage.fullFence(); // the guest sees the room before we look whether it used it
    events.notify(port);
    if (page.getIntAcquire(FbifPage.OUT_PROD) != consumer && !goOnPosted) {
      goOnPosted = true;
      loop.execute(
          () -> {
            goOnPosted = false;
            consumeIfConnected();
          });
    }
  }

  private void take(int slot) {
    int type = page.getByte(slot + FbifEvent.TYPE) & 0xff;
    switch (type) {
      case FbifEvent.TYPE_UPDATE ->
          damage(
              page.getInt(slot + FbifEvent.UPDATE_X),
              page.getInt(slot + FbifEvent.UPDATE_Y),
              page.getInt(slot + FbifEvent.UPDATE_WIDTH),
              page.getInt(slot + FbifEvent.UPDATE_HEIGHT));
      case FbifEvent.TYPE_RESIZE ->
          resize(
              page.getInt(slot + FbifEvent.RESIZE_WIDTH),
              page.getInt(slot + FbifEvent.RESIZE_HEIGHT),
              page.getInt(slot + FbifEvent.RESIZE_STRIDE),
              page.getInt(slot + FbifEvent.RESIZE_DEPTH),
              page.getInt(slot + FbifEvent.RESIZE_OFFSET));
      default -> complaints().complain("unknown event", "type=" + type);
    }
  }

  private void damage(int x, int y, int width, int height) {
    // In long: the guest chooses the numbers, and their sum may overflow an int.
    long left = Math.max(0, (long) x);
    long top = Math.max(0, (long) y);
    long right = Math.min(framebuffer.width(), (long) x + width);
    long bottom = Math.min(framebuffer.height(), (long) y + height);
    if (right > left && bottom > top) {
      listener.framebufferDamaged(
          (int) left, (int) top, (int) (right - left), (int) (bottom - top));
    } else {
      complaints()
          .complain(
              "update outside the framebuffer",
              "x=" + x + " y=" + y + " width=" + width + " height=" + height);
    }
  }

  private void resize(int width, int height, int stride, int depth, int offset) {
    try {
      framebuffer = Framebuffer.checked(width, height, stride, depth, offset, pixels.size());
      listener.framebufferResized(framebuffer);
    } catch (IllegalArgumentException e) {
      complaints().complain("resize refused", e.getMessage());
    }
  }
}
