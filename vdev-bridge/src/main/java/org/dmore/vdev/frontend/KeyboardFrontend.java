package org.dmore.vdev.frontend;

import java.util.BitSet;
import org.dmore.vdev.input.EventFingerprint;
import org.dmore.vdev.wire.KbdifEvent;
import org.dmore.vdev.wire.KbdifPage;
import org.dmore.xen.Access;
import org.dmore.xen.Errno;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;

/**
 * The guest's driver of a paravirtual keyboard and pointer, as {@code
 * drivers/input/misc/xen-kbdfront.c} of Linux behaves: at an interrupt it takes all that stands in
 * the ring, advances {@code in_cons} and notifies back. {@code request-abs-pointer} is written at
 * probe alone, not on resume. Of the input layer above it there is what a driver's end and a
 * suspend do to keys that are down.
 */
public final class KeyboardFrontend extends XenbusFrontend {

  /** Hears of each event, on the guest's CPU, in order. Methods do not allocate on their own. */
  @FunctionalInterface
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = (code, pressed) -> {};

    void key(int code, boolean pressed);

    default void motion(int deltaX, int deltaY, int deltaZ) {}

    default void position(int x, int y, int deltaZ) {}

    /**
     * The input layer lets go of a key or a button that is down, on its own account: no event of
     * the ring's says so, and a release that comes later changes nothing.
     */
    default void letGo(int code) {}
  }

  /** {@code KEY_CNT} of {@code linux/input-event-codes.h}. */
  private static final int KEYS = 0x300;

  private final Listener listener;
  private final EventFingerprint fingerprint = new EventFingerprint();
  private final BitSet down = new BitSet(KEYS);

  private long frame;
  private SharedPage page;
  private GrantRef grant;
  private EventPort port;
  private boolean absolute;
  private boolean stalled;

  /** Makes a driver; {@link #probe} sets it to work. */
  public KeyboardFrontend(GuestPorts ports, GuestCpu cpu, int number, Listener listener) {
    super(ports, cpu, "device/vkbd/" + number);
    this.listener = listener;
  }

  /** Stops taking events, as a guest that hangs with interrupts off; or takes what is there. */
  public void setStalled(boolean stalled) {
    this.stalled = stalled;
    if (!stalled) {
      interrupt();
    }
  }

  /**
   * What {@code input_dev_freeze} of {@code drivers/input/input.c} does before the guest is
   * suspended, whether it then moves or goes on where it is: lets go of all keys and buttons.
   */
  public void freeze() {
    for (int code = down.nextSetBit(0); code >= 0; code = down.nextSetBit(code + 1)) {
      listener.letGo(code);
    }
    down.clear();
  }

  /** Events consumed so far, over all connections. */
  public EventFingerprint fingerprint() {
    return fingerprint;
  }

  /** Where in the guest's memory the shared page lies. */
  public long frame() {
    return frame;
  }

  /** Sets both indices of an idle ring, so that a test can begin near the wrap of u32. */
  public void setIndices(int index) {
    page.putInt(KbdifPage.IN_CONS, index);
    page.putInt(KbdifPage.IN_PROD, index);
  }

  @Override
  void probed() throws XenException {
    absolute = backendNode("feature-abs-pointer").map("1"::equals).orElse(false);
    if (page == null) {
      frame = ports().memory().allocate(1);
      page = ports().memory().window(frame, 1);
    }
    wipePage();
    if (absolute) {
      ports().xenStore().write(path() + "/request-abs-pointer", "1");
    }
  }

  @Override
  void wipePage() {
    page.fill(0, SharedPage.PAGE_SIZE, (byte) 0);
  }

  @Override
  void connectBackend() throws XenException {
    grant = ports().grantOffers().offer(backendId(), frame, Access.READ_WRITE);
    port = allocateChannel(this::interrupt);
    publish(
        (view, path) -> {
          view.write(path + "/page-ref", Long.toString(frame));
          view.write(path + "/page-gref", grant.toString());
          view.write(path + "/event-channel", port.toString());
        });
  }

  @Override
  void disconnectBackend() throws XenException {
    freeze(); // as input_disconnect_device does
    closeChannel(port);
    try {
      ports().grantOffers().revoke(grant);
      ports().memory().free(frame, 1);
    } catch (XenException e) {
      if (e.errno() != Errno.EBUSY) {
        throw e;
      }
      // The backend has it mapped still. The page stays away, and the next probe takes another.
    }
    page = null;
  }

  @Override
  void forgetConnection() {
    if (port != null) {
      cpu().removeEvent(port);
    }
  }

  private void interrupt() {
    if (stalled || page == null) {
      return;
    }
    int producer = page.getIntAcquire(KbdifPage.IN_PROD);
    int consumer = page.getInt(KbdifPage.IN_CONS);
    if (producer == consumer) {
      return;
    }
    while (consumer != producer) {
      take(KbdifPage.inSlot(consumer));
      consumer++;
    }
    page.putIntRelease(KbdifPage.IN_CONS, consumer);
    ports().eventChannels().notify(port);
  }

  private void take(int slot) {
    int word0 = page.getInt(slot + KbdifEvent.WORD0);
    int word1 = page.getInt(slot + KbdifEvent.WORD1);
    int word2 = page.getInt(slot + KbdifEvent.WORD2);
    int word3 = page.getInt(slot + KbdifEvent.WORD3);
    fingerprint.add(word0, word1, word2, word3);
    switch (KbdifEvent.type(word0)) {
      case KbdifEvent.TYPE_KEY -> {
        if (word1 >= 0 && word1 < KEYS) {
          down.set(word1, KbdifEvent.pressed(word0));
        }
        listener.key(word1, KbdifEvent.pressed(word0));
      }
      case KbdifEvent.TYPE_MOTION -> listener.motion(word1, word2, word3);
      case KbdifEvent.TYPE_POS -> listener.position(word1, word2, word3);
      default -> {} // as Linux: other events are passed over
    }
  }
}
