package org.dmore.vdev.input;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.dmore.rfb.Client;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.InputSinkFactory;
import org.dmore.vdev.wire.KbdifEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the input of all viewers of one guest comes together, and texts that are pasted as keys: it
 * becomes device events for the ledger.
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
  private final GuestKeyboard keyboard;
  private final GuestPointer pointer;
  private final Deque<Client> paused = new ArrayDeque<>();
  private final Set<Client> viewers = new LinkedHashSet<>();

  private Optional<Paste> paste = Optional.empty();
  private Optional<Clipboard> clipboard = Optional.empty();

  /** What a viewer's clipboard holds. */
  private record Clipboard(Client owner, String text) {}

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
    this.keyboard = new GuestKeyboard(ledger, keymap);
    this.pointer = new GuestPointer(ledger);
  }

  /** Where the events go. */
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public InputSink open(Client client) {
    viewers.add(client);
    client.relativePointer(!pointer.isAbsolute());
    return new ViewerInput(this, client);
  }

  /**
   * Says whether the guest asked for absolute positions ({@code request-abs-pointer}) or takes
   * relative motion; viewers that know the difference are told.
   */
  public void setAbsolute(boolean absolute) {
    pointer.setAbsolute(absolute);
    viewers.forEach(viewer -> viewer.relativePointer(!absolute));
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
    pointer.setScale(width, height, rangeWidth, rangeHeight);
  }

  /**
   * The guest, or its driver, started anew: its locks are off, its pointer is anywhere, and a paste
   * under way is over. What viewers hold, they still hold.
   */
  public void guestRestarted() {
    keyboard.assumeCapsLock(false);
    pointer.forgetPosition();
    paste.ifPresent(Paste::guestRestarted);
  }

  /**
   * The guest was served by a process that is no more, and nobody knows what it left down. So every
   * key and button that can be sent is released first of all; the guest passes over the release of
   * what is up.
   */
  public void inherited() {
    int keys = LinuxInput.LAST_KEY - LinuxInput.KEY_ESC + 1;
    int buttons = LinuxInput.BTN_EXTRA - LinuxInput.BTN_LEFT + 1;
    int[] releases = new int[(keys + buttons) * KbdifEvent.WORDS];
    for (int i = 0; i < keys + buttons; i++) {
      releases[i * KbdifEvent.WORDS] = KbdifEvent.key(false);
      releases[i * KbdifEvent.WORDS + 1] =
          i < keys ? LinuxInput.KEY_ESC + i : LinuxInput.BTN_LEFT + i - keys;
    }
    ledger.acceptFirst(releases);
    pointer.forgetPosition();
  }

  /** Whether CapsLock is assumed to be on in the guest, which tells nobody. */
  public boolean capsLock() {
    return keyboard.capsLock();
  }

  /** Corrects what CapsLock is assumed to be in the guest; sends it nothing. */
  public void assumeCapsLock(boolean on) {
    keyboard.assumeCapsLock(on);
  }

  /**
   * Types a text, beginning at once.
   *
   * @throws UntypeableTextException if the layout lacks a character of it; nothing was typed
   * @throws IllegalArgumentException if it is empty or too long
   * @throws IllegalStateException if another paste is under way
   */
  public Paste paste(String text, Paste.Listener listener) {
    paste
        .filter(other -> !other.isEnded())
        .ifPresent(
            other -> {
              throw new IllegalStateException(
                  "a paste is under way: consumed=%d total=%d; cancel it, or wait"
                      .formatted(other.consumed(), other.total()));
            });
    Paste begun = new Paste(TypedText.of(text, keymap), keyboard, ledger, listener);
    paste = Optional.of(begun);
    begun.advance();
    return begun;
  }

  /** The last paste, under way or ended. */
  public Optional<Paste> lastPaste() {
    return paste;
  }

  /** To be called when the guest may have consumed, or the ledger changed its state. */
  public void advanced() {
    if (paste.isPresent()) {
      paste.get().advance();
    }
  }

  /**
   * The text that a viewer's clipboard got last, of those viewers that are still there. It goes to
   * the guest only if it is pasted.
   */
  public Optional<String> clipboard() {
    return clipboard.map(Clipboard::text);
  }

  /** Viewers that wait for the guest to make room. */
  public int pausedViewers() {
    return paused.size();
  }

  Keymap keymap() {
    return keymap;
  }

  GuestKeyboard keyboard() {
    return keyboard;
  }

  GuestPointer pointer() {
    return pointer;
  }

  /** A viewer's clipboard changed. */
  void clipboardChanged(Client client, String text) {
    clipboard = Optional.of(new Clipboard(client, text));
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
    viewers.remove(client);
    paused.remove(client);
    clipboard = clipboard.filter(kept -> kept.owner() != client);
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
}
