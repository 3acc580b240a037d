package org.dmore.vdev.input;

import java.util.Objects;

/**
 * A text that is being typed into the guest as keys.
 *
 * <p>Pace. No more than a few events are on their way at a time: the next characters are typed when
 * the guest has consumed those before, however fast or slow it is. While its keyboard is away, for
 * a move say, the paste waits; the ledger sees to it that what it typed arrives once.
 *
 * <p>Viewers go on typing meanwhile. What they type comes between two characters of the text, never
 * within one, and modifiers that they hold are lifted from the text's characters and put back.
 * CapsLock, if it is on, is taken off for the text and put back at its end.
 *
 * <p>Confined to the console's event loop.
 */
public final class Paste {
  /** Characters of a text at most. */
  public static final int MAX_CHARACTERS = 65_536;

  /**
   * Events on their way from which on the paste waits: what readers in the guest have room for
   * without being scheduled in between (an evdev reader of Linux has 64 slots, of which a key takes
   * two), and far less than the ring holds, so that viewers' keys find room in it.
   */
  static final int WINDOW = 16;

  private static final int CAPS = Keymap.CAPS | Keymap.CAPS_SPOILS;

  /** How a paste ended. */
  public enum End {
    /** The guest has consumed all of it. */
    COMPLETE,
    /** It was called off; what was typed before arrives. */
    CANCELLED,
    /** The guest, or its keyboard's driver, started anew: the rest would go to someone else. */
    GUEST_RESTARTED
  }

  /** Hears of a paste, on the console's event loop. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /**
     * The guest has consumed more of the text.
     *
     * @param consumed characters
     * @param total characters of the whole text
     */
    default void progressed(int consumed, int total) {}

    /**
     * The end; called once, last.
     *
     * @param typed characters that the guest has got, or gets
     */
    default void ended(End end, int typed) {}
  }

  private final TypedText text;
  private final GuestKeyboard keyboard;
  private final Ledger ledger;
  private final Listener listener;

  /** The numbers of the last events of characters that are on their way. */
  private final long[] lastEvents = new long[WINDOW];

  private int typed;
  private int consumed;
  private boolean capsTakenOff;
  private boolean ended;

  Paste(TypedText text, GuestKeyboard keyboard, Ledger ledger, Listener listener) {
    this.text = text;
    this.keyboard = keyboard;
    this.ledger = ledger;
    this.listener = Objects.requireNonNull(listener);
  }

  /** Characters of the text, a line end being one. */
  public int total() {
    return text.length();
  }

  /** Characters that were given to the ledger: what a cancelled paste has typed. */
  public int typed() {
    return typed;
  }

  /** Characters that the guest has consumed. */
  public int consumed() {
    return consumed;
  }

  /** Whether it came to an end, of whatever kind. */
  public boolean isEnded() {
    return ended;
  }

  /** Calls it off; a character is typed whole or not at all. Does nothing after the end. */
  public void cancel() {
    if (!ended) {
      putCapsLockBack();
      end(End.CANCELLED);
    }
  }

  /** The guest is another now. */
  void guestRestarted() {
    if (!ended) {
      end(End.GUEST_RESTARTED);
    }
  }

  /** Goes on as far as the guest has consumed. */
  void advance() {
    if (ended) {
      return;
    }
    while (typed < text.length()
        && ledger.state() == Ledger.State.LIVE
        && ledger.accepted() - ledger.consumed() < WINDOW) {
      type(typed);
      lastEvents[typed % WINDOW] = ledger.accepted();
      typed++;
      if (typed == text.length()) {
        putCapsLockBack();
      }
    }
    noteConsumed();
  }

  private void type(int index) {
    int stroke = text.stroke(index);
    int deadKey = text.deadKey(index);
    if ((stroke & CAPS) != 0 && keyboard.capsLock()) {
      // Also if a viewer turned it on meanwhile: then it is on, or off, for the viewer at the end.
      keyboard.tapCapsLock();
      capsTakenOff = !capsTakenOff;
    }
    if ((stroke & Keymap.COMPOSED) != 0) {
      keyboard.tap(deadKey, Modifiers.NONE);
    }
    keyboard.tap(stroke, Modifiers.NONE);
  }

  private void noteConsumed() {
    long seen = ledger.consumed();
    int before = consumed;
    while (consumed < typed && lastEvents[consumed % WINDOW] <= seen) {
      consumed++;
    }
    if (consumed > before) {
      listener.progressed(consumed, text.length());
    }
    if (consumed == text.length() && !ended) {
      end(End.COMPLETE);
    }
  }

  private void putCapsLockBack() {
    if (capsTakenOff) {
      capsTakenOff = false;
      keyboard.tapCapsLock();
    }
  }

  private void end(End how) {
    ended = true;
    listener.ended(how, typed);
  }
}
