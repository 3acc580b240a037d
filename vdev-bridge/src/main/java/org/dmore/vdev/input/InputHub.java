package org.dmore.vdev.input;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.dmore.rfb.Client;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.vdev.wire.KbdifEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the input of all viewers of one guest comes together: it knows which keys are down in the
 * guest and for whom, and turns what viewers send into device events for the ledger.
 *
 * <p>A key goes up in the guest when the last viewer that holds it lets go, so that no viewer's
 * coming or going changes what another holds.
 *
 * <p>When the ledger is congested, the viewer who fed it is paused, and so pushed back through TCP,
 * until the guest has made room.
 *
 * <p>Confined to the console's event loop. The path of a key does not allocate.
 */
public final class InputHub implements InputSinkFactory {
  private static final Logger LOG = LoggerFactory.getLogger(InputHub.class);

  private final Ledger ledger;
  private final Keymap keymap;
  private final Executor loop;
  private final int[] holders = new int[LinuxInput.KEY_MAX + 1];
  private final Deque<Client> paused = new ArrayDeque<>();

  private boolean absolute = true;
  private int width = 1;
  private int height = 1;
  private int rangeWidth = 1;
  private int rangeHeight = 1;
  private int pointerX;
  private int pointerY;
  private int level3Holders;
  private boolean capsLock;

  /**
   * Makes a hub with a ledger of its own.
   *
   * @param congestionMark see {@link Ledger}
   * @param keymap the guest's layout
   * @param loop the console's event loop, where paused viewers are resumed
   */
  public InputHub(int congestionMark, Keymap keymap, Executor loop) {
    this.ledger = new Ledger(congestionMark, this::relieved);
    this.keymap = Objects.requireNonNull(keymap);
    this.loop = Objects.requireNonNull(loop);
  }

  /** Where the events go. */
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public InputSink open(Client client) {
    return new ViewerInput(this, client);
  }

  /**
   * Says whether the guest asked for absolute positions ({@code request-abs-pointer}) or takes
   * relative motion.
   */
  public void setAbsolute(boolean absolute) {
    this.absolute = absolute;
  }

  /**
   * Says how large the desktop is on which viewers point, and which range of positions the guest
   * was promised when its keyboard was attached: absolute positions are brought from the one to the
   * other.
   *
   * @param width pixels of the desktop, at least 1; so is {@code height}
   * @param rangeWidth positions that the guest knows, at least 1; so is {@code rangeHeight}
   */
  public void setPointerScale(int width, int height, int rangeWidth, int rangeHeight) {
    this.width = width;
    this.height = height;
    this.rangeWidth = rangeWidth;
    this.rangeHeight = rangeHeight;
  }

  /** The guest started anew: its locks are off. What viewers hold, they still hold. */
  public void guestRestarted() {
    capsLock = false;
  }

  /** Viewers that wait for the guest to make room. */
  public int pausedViewers() {
    return paused.size();
  }

  Keymap keymap() {
    return keymap;
  }

  /** One more holds the key; the guest sees a press, or a repeat if it was down already. */
  void press(int code, boolean level3) {
    if (holders[code]++ == 0 && code == LinuxInput.KEY_CAPSLOCK) {
      capsLock = !capsLock;
    }
    level3Holders += level3 ? 1 : 0;
    key(code, true);
  }

  /** A holder's key repeats. */
  void repeat(int code) {
    key(code, true);
  }

  /** One less holds the key; the guest sees a release when nobody does. */
  void release(int code, boolean level3) {
    level3Holders -= level3 ? 1 : 0;
    if (--holders[code] == 0) {
      key(code, false);
    }
  }

  /**
   * Brings Shift and AltGr to what a stroke needs before its key goes down.
   *
   * @return what was changed, for {@link #restoreModifiers}
   */
  int adjustModifiers(int stroke) {
    if ((stroke & Keymap.ANY_LEVEL) != 0) {
      return 0;
    }
    int changed = 0;
    boolean wantShift = (stroke & Keymap.SHIFT) != 0 ^ ((stroke & Keymap.CAPS) != 0 && capsLock);
    boolean left = holders[LinuxInput.KEY_LEFTSHIFT] > 0;
    boolean right = holders[LinuxInput.KEY_RIGHTSHIFT] > 0;
    if (wantShift && !left && !right) {
      key(LinuxInput.KEY_LEFTSHIFT, true);
      changed |= Adjusted.SHIFT_PRESSED;
    } else if (!wantShift) {
      if (left) {
        key(LinuxInput.KEY_LEFTSHIFT, false);
        changed |= Adjusted.LEFT_SHIFT_RELEASED;
      }
      if (right) {
        key(LinuxInput.KEY_RIGHTSHIFT, false);
        changed |= Adjusted.RIGHT_SHIFT_RELEASED;
      }
    }
    boolean wantAltGr = (stroke & Keymap.ALTGR) != 0;
    boolean rightAlt = holders[LinuxInput.KEY_RIGHTALT] > 0;
    if (wantAltGr && !rightAlt) {
      key(LinuxInput.KEY_RIGHTALT, true);
      changed |= Adjusted.ALTGR_PRESSED;
    } else if (!wantAltGr && rightAlt && (keymap.hasAltGr() || level3Holders > 0)) {
      key(LinuxInput.KEY_RIGHTALT, false);
      changed |= Adjusted.ALTGR_RELEASED;
    }
    return changed;
  }

  /** Undoes {@link #adjustModifiers} after the key went down. */
  void restoreModifiers(int changed) {
    if (changed == 0) {
      return;
    }
    if ((changed & Adjusted.ALTGR_PRESSED) != 0) {
      key(LinuxInput.KEY_RIGHTALT, false);
    }
    if ((changed & Adjusted.ALTGR_RELEASED) != 0) {
      key(LinuxInput.KEY_RIGHTALT, true);
    }
    if ((changed & Adjusted.SHIFT_PRESSED) != 0) {
      key(LinuxInput.KEY_LEFTSHIFT, false);
    }
    if ((changed & Adjusted.RIGHT_SHIFT_RELEASED) != 0) {
      key(LinuxInput.KEY_RIGHTSHIFT, true);
    }
    if ((changed & Adjusted.LEFT_SHIFT_RELEASED) != 0) {
      key(LinuxInput.KEY_LEFTSHIFT, true);
    }
  }

  /** Moves the guest's pointer, in pixels of the desktop; nothing happens if it is there. */
  void movePointer(int x, int y) {
    if (x == pointerX && y == pointerY) {
      return;
    }
    if (absolute) {
      ledger.accept(KbdifEvent.position(), positionX(x), positionY(y), 0);
    } else {
      ledger.accept(KbdifEvent.motion(), x - pointerX, y - pointerY, 0);
    }
    pointerX = x;
    pointerY = y;
  }

  /** Turns the wheel: -1 is one notch up, 1 one notch down. */
  void turnWheel(int notches) {
    if (absolute) {
      ledger.accept(KbdifEvent.position(), positionX(pointerX), positionY(pointerY), notches);
    } else {
      ledger.accept(KbdifEvent.motion(), 0, 0, notches);
    }
  }

  private int positionX(int x) {
    return width == rangeWidth ? x : (int) ((long) x * rangeWidth / width);
  }

  private int positionY(int y) {
    return height == rangeHeight ? y : (int) ((long) y * rangeHeight / height);
  }

  /** To be called after each message of a viewer's: pauses it if the guest cannot follow. */
  void checkCongestion(Client client) {
    if (ledger.isCongested() && !paused.contains(client)) {
      LOG.info(
          "viewer={} is paused: the guest does not take its input, waiting={}",
          client.id(),
          ledger.waiting());
      paused.add(client);
      client.pauseInput();
    }
  }

  /** Forgets a viewer that is gone. */
  void left(Client client) {
    paused.remove(client);
  }

  private void relieved() {
    loop.execute(
        () -> {
          // Whoever is resumed may fill the ledger again and is then paused anew, at the tail.
          for (int n = paused.size(); n > 0; n--) {
            Client client = paused.poll();
            if (client != null) {
              client.resumeInput();
            }
          }
        });
  }

  private void key(int code, boolean pressed) {
    ledger.accept(KbdifEvent.key(pressed), code, 0, 0);
  }

  /** What {@link #adjustModifiers} changed. */
  private static final class Adjusted {
    static final int SHIFT_PRESSED = 1;
    static final int LEFT_SHIFT_RELEASED = 2;
    static final int RIGHT_SHIFT_RELEASED = 4;
    static final int ALTGR_PRESSED = 8;
    static final int ALTGR_RELEASED = 16;

    private Adjusted() {}
  }
}
