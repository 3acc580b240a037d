package org.dmore.vdev.input;

import java.util.Objects;
import org.dmore.vdev.wire.KbdifEvent;

/**
 * Keeps every input event from the moment it is accepted until the guest has consumed it, exactly
 * once and in order, whatever happens to the ring in between.
 *
 * <p>Events are numbered from 1. Three cursors move over one circular buffer:
 *
 * <pre>
 *     ... consumed ......... published ............ accepted
 *                 [ in the ring ][ waiting for room  ]
 * </pre>
 *
 * <ul>
 *   <li><i>accepted</i>: the last event taken from a viewer;
 *   <li><i>published</i>: the last event that stands in the ring;
 *   <li><i>consumed</i>: the last event that the guest's {@code in_cons} has passed.
 * </ul>
 *
 * <p>Since the buffer keeps an event until it is consumed, requeueing after a move is no copying:
 * the receipt sets <i>consumed</i>, and <i>published</i> falls back to it. That is {@link #settle}.
 *
 * <p>Linux lets go of all keys when it is suspended for a move, whether the move then takes place
 * or is called off. Modifiers that were down are therefore pressed again before anything else is
 * published; without them what follows would be read as something else. Which were down is reckoned
 * over the events before those that are to follow: over <i>consumed</i> events for a new ring, and
 * over <i>published</i> ones for a ring that stays. Other keys and mouse buttons are not pressed
 * again: a letter would be typed twice, and a drag has ended with the button that went up, so that
 * a press would begin another where the pointer is now. Their release is nothing when it comes. A
 * modifier that was down all the while is pressed twice then, which is autorepeat to the guest, and
 * no modifier does anything at that.
 *
 * <p>These presses are not viewers' events and have no numbers, so that the cursors, {@link
 * #settle} and {@link #consumedBySlots()} speak of viewers' events alone; {@link #pressedAgain()}
 * counts them, and {@link #fingerprint()} has those that a guest consumed. What of them a guest
 * left in a ring that ended is forgotten, and the next ring gets what is right by then.
 *
 * <p>A key is never dropped. When more than {@link #congestionMark()} events wait, {@link
 * #isCongested()} asks those who feed the ledger to stop; what they have in hand already still
 * fits. Pointer motion that has to wait is merged with the motion before it: the last position
 * counts.
 *
 * <p>Confined to the console's event loop. {@link #accept} does not allocate.
 */
public final class Ledger {
  /** What the ledger does with new events. */
  public enum State {
    /** They go to the ring as soon as there is room. */
    LIVE,
    /** They wait; what stands in the ring may still be consumed. */
    HELD,
    /** They wait, and there is no ring. */
    DETACHED
  }

  /** Room above the congestion mark for what feeders have in hand when they are told to stop. */
  private static final int HEADROOM = 16384;

  private static final int MAX_CONGESTION_MARK = 1 << 20;

  private final int congestionMark;
  private final int mask;
  private final int[] words;
  private final Runnable relieved;
  private final EventFingerprint fingerprint = new EventFingerprint();
  private final ModifierPresses presses = new ModifierPresses();

  private State state = State.DETACHED;
  private EventRing ring;
  private long accepted;
  private long published;
  private long consumed;

  /** The modifiers that were down after the last consumed event, if nobody let go of them since. */
  private int modifiers;

  /** The last event that was ever published: it and all before it cannot change any more. */
  private long sealed;

  /** Slots filled with viewers' events, in all rings there have been. */
  private long puts;

  /** Of those, slots that a guest left unconsumed when its ring ended. */
  private long putsLeft;

  private long merged;
  private long abandoned;
  private boolean congestionSignalled;

  /**
   * Makes a ledger without a ring.
   *
   * @param congestionMark waiting events from which on feeders shall stop; 64 to 2^20
   * @param relieved run when, after congestion, less than half as many wait
   */
  public Ledger(int congestionMark, Runnable relieved) {
    if (congestionMark < 64 || congestionMark > MAX_CONGESTION_MARK) {
      throw new IllegalArgumentException(
          "congestionMark=" + congestionMark + " is not in 64.." + MAX_CONGESTION_MARK);
    }
    this.congestionMark = congestionMark;
    int capacity = Integer.highestOneBit(congestionMark + HEADROOM - 1) << 1;
    this.mask = capacity - 1;
    this.words = new int[capacity * KbdifEvent.WORDS];
    this.relieved = Objects.requireNonNull(relieved);
  }

  /**
   * Takes an event, in the four words of {@link KbdifEvent}, and publishes it at once if it can.
   *
   * @throws IllegalStateException if the buffer is full, which happens only to a feeder that goes
   *     on long after {@link #isCongested()}: the event was not taken
   */
  public void accept(int word0, int word1, int word2, int word3) {
    if (mergeMotion(word0, word1, word2, word3)) {
      return;
    }
    if (accepted - consumed > mask) {
      noteConsumption();
      if (accepted - consumed > mask) {
        throw new IllegalStateException(
            "ledger is full: waiting=" + waiting() + ", its feeder did not stop when congested");
      }
    }
    accepted++;
    int at = slot(accepted);
    words[at] = word0;
    words[at + 1] = word1;
    words[at + 2] = word2;
    words[at + 3] = word3;
    if (state == State.LIVE) {
      publishWaiting();
    }
  }

  /** Whether so much waits that feeders should stop until the {@code relieved} call. */
  public boolean isCongested() {
    if (accepted - published < congestionMark) {
      return false;
    }
    congestionSignalled = true;
    return true;
  }

  /** To be called when the guest notifies: sees what it consumed and fills the room it made. */
  public void ringAdvanced() {
    noteConsumption();
    if (state == State.LIVE) {
      publishWaiting();
    }
  }

  /** Goes on accepting, but publishes nothing more until {@link #release}. */
  public void hold() {
    if (state == State.LIVE) {
      state = State.HELD;
    }
  }

  /**
   * Undoes {@link #hold}: publishes what waits. The guest may have been suspended meanwhile, so the
   * modifiers that are down come first.
   */
  public void release() {
    if (state == State.HELD) {
      state = State.LIVE;
      noteConsumption();
      presses.ask(modifiersAfter(published));
      publishWaiting();
    }
  }

  /** Whether the guest has consumed all that stood in the ring. */
  public boolean isDrained() {
    noteConsumption();
    return consumed == published && presses.inRing() == 0;
  }

  /**
   * Parts from the ring. What stood in it and was not seen consumed is unsettled: the guest may
   * still consume it from its own page, so it may be neither dropped nor sent again before {@link
   * #settle} or {@link #attachSame} tells what became of it.
   */
  public void detach() {
    if (state != State.DETACHED) {
      noteConsumption();
      ring = null;
      state = State.DETACHED;
    }
  }

  /** As {@link #detach}, for a ring that cannot be read any more. */
  public void abandonRing() {
    ring = null;
    state = State.DETACHED;
  }

  /**
   * Says how much of what stood in the ring the guest left unconsumed for ever, as its final {@code
   * in_cons} tells: those events wait again, first in the queue.
   *
   * @param leftInRing 0 to {@link #unsettled()}; more is taken as that
   * @return viewers' events that wait again
   */
  public int settle(int leftInRing) {
    requireDetached();
    note(Math.max(0, Math.min(leftInRing, unsettled())));
    int left = (int) (published - consumed);
    published = consumed;
    putsLeft += left;
    presses.withdraw();
    return left;
  }

  /**
   * Gives up knowing what became of the unsettled events; they are counted as {@link #abandoned()}
   * and not sent again, since a key doubled is worse than a key lost to a guest that crashed.
   *
   * @return how many of viewers' events
   */
  public int abandonUnsettled() {
    requireDetached();
    int unknown = (int) (published - consumed);
    modifiers = modifiersAfter(published);
    consumed = published;
    abandoned += unknown;
    putsLeft += unknown;
    presses.withdraw();
    return unknown;
  }

  /**
   * Slots whose fate {@link #settle} has to tell, viewers' events and modifiers pressed again; 0
   * while attached.
   */
  public int unsettled() {
    return state == State.DETACHED ? (int) (published - consumed) + presses.inRing() : 0;
  }

  /**
   * Attaches the ring of a guest, or a driver, that starts anew, and publishes what waits. It has
   * nothing to do with what was down in the guest before, except for modifiers that viewers have
   * held since then and hold now: these are pressed.
   *
   * @throws IllegalStateException if a ring is attached, or events are unsettled
   */
  public void attachFresh(EventRing newRing) {
    requireSettled();
    modifiers &= modifiersAfter(accepted);
    presses.ask(modifiers);
    attach(newRing);
  }

  /**
   * Attaches the new ring of a guest that was moved: presses again the modifiers that were down in
   * it, and publishes what waits.
   *
   * @throws IllegalStateException if a ring is attached, or events are unsettled
   */
  public void attachMoved(EventRing newRing) {
    requireSettled();
    presses.ask(modifiers);
    attach(newRing);
  }

  /**
   * Attaches the ring that was detached last: the same page of the same guest, never wiped. Its own
   * index settles what was unsettled. The guest may have been suspended all the same, so the
   * modifiers that are down after what stands in the ring are pressed again. Events that it left in
   * the ring before it was suspended cannot be helped: it reads them without.
   */
  public void attachSame(EventRing sameRing) {
    requireDetached();
    note(Math.min(sameRing.unconsumed(), unsettled()));
    presses.ask(modifiersAfter(published));
    attach(sameRing);
  }

  /**
   * Takes events ahead of all that wait: what has to be put right in the guest before anything else
   * reaches it.
   *
   * @param events four words for each
   * @throws IllegalStateException if a ring is attached, or anything was published before, or they
   *     do not fit
   */
  public void acceptFirst(int[] events) {
    requireDetached();
    int count = events.length / KbdifEvent.WORDS;
    if (sealed != 0 || accepted + count > mask) {
      throw new IllegalStateException("cannot take events=" + count + " first: " + this);
    }
    for (long number = accepted; number > 0; number--) {
      System.arraycopy(words, slot(number), words, slot(number + count), KbdifEvent.WORDS);
    }
    System.arraycopy(events, 0, words, slot(1), count * KbdifEvent.WORDS);
    accepted += count;
  }

  private void attach(EventRing newRing) {
    ring = Objects.requireNonNull(newRing);
    state = State.LIVE;
    publishWaiting();
  }

  public State state() {
    return state;
  }

  /** Events taken from viewers so far, merged motion counted once. */
  public long accepted() {
    return accepted;
  }

  /** The number of the last event that stands, or stood, in the ring. */
  public long published() {
    return published;
  }

  /** The number of the last event that the guest is known to have consumed. */
  public long consumed() {
    noteConsumption();
    return consumed;
  }

  /** Events that wait for the ring. */
  public int waiting() {
    return (int) (accepted - published);
  }

  /** Motions that were merged into the one before them. */
  public long merged() {
    return merged;
  }

  /** Events whose fate was given up: nobody can tell whether the guest consumed them. */
  public long abandoned() {
    return abandoned;
  }

  /**
   * Events that guests consumed, counted by slots: those filled in any ring, less those that were
   * left. It comes about apart from the cursors and must equal {@link #consumed()}: more would say
   * that an event was delivered twice, less that one was lost.
   */
  public long consumedBySlots() {
    noteConsumption();
    return puts - putsLeft - (published - consumed);
  }

  /** Waiting events from which on feeders shall stop. */
  public int congestionMark() {
    return congestionMark;
  }

  /** Modifiers that were pressed again, less those that a guest left in a ring that ended. */
  public long pressedAgain() {
    return presses.count();
  }

  /**
   * What guests are known to have consumed, in order, modifiers that were pressed again among it,
   * as a fingerprint that the guest's side can be held against.
   */
  public EventFingerprint fingerprint() {
    noteConsumption();
    return fingerprint;
  }

  private void publishWaiting() {
    boolean any = presses.isDue() && presses.put(ring, published);
    while (published != accepted && !presses.isDue()) {
      int room = (int) Math.min(ring.room(), accepted - published);
      if (room == 0) {
        break;
      }
      for (int i = 0; i < room; i++) {
        int at = slot(++published);
        puts++;
        ring.put(words[at], words[at + 1], words[at + 2], words[at + 3]);
      }
      sealed = Math.max(sealed, published);
      any = true;
    }
    if (any) {
      ring.publish();
    }
    if (congestionSignalled && accepted - published < congestionMark / 2) {
      congestionSignalled = false;
      relieved.run();
    }
  }

  private void noteConsumption() {
    if (ring != null) {
      note(ring.unconsumed());
    }
  }

  /** Takes note of how many of the ring's slots the guest has left, and so of what it consumed. */
  private void note(int slotsLeft) {
    int eventsLeft = slotsLeft;
    if (presses.inRing() > 0) {
      int pressesLeft = presses.among(slotsLeft, published);
      eventsLeft -= pressesLeft;
      consumeTo(Math.min(published - eventsLeft, presses.after()));
      presses.consumedAllBut(pressesLeft, fingerprint);
    }
    consumeTo(published - eventsLeft);
  }

  private void consumeTo(long number) {
    while (consumed < number) {
      int at = slot(++consumed);
      fingerprint.add(words[at], words[at + 1], words[at + 2], words[at + 3]);
      modifiers = Modifiers.after(modifiers, words[at], words[at + 1]);
    }
  }

  /** The modifiers that are down after an event that is not before the last consumed. */
  private int modifiersAfter(long number) {
    int down = modifiers;
    for (long i = consumed + 1; i <= number; i++) {
      down = Modifiers.after(down, words[slot(i)], words[slot(i) + 1]);
    }
    return down;
  }

  private boolean mergeMotion(int word0, int word1, int word2, int word3) {
    int type = KbdifEvent.type(word0);
    if (type == KbdifEvent.TYPE_KEY || word3 != 0) {
      return false;
    }
    if (accepted == sealed || (state == State.LIVE && ring.room() > 0)) {
      return false; // nothing waits that may still change
    }
    int at = slot(accepted);
    if (words[at] != word0 || words[at + 3] != 0) {
      return false;
    }
    boolean relative = type == KbdifEvent.TYPE_MOTION;
    words[at + 1] = relative ? words[at + 1] + word1 : word1;
    words[at + 2] = relative ? words[at + 2] + word2 : word2;
    merged++;
    return true;
  }

  private int slot(long number) {
    return ((int) number & mask) * KbdifEvent.WORDS;
  }

  private void requireSettled() {
    requireDetached();
    if (unsettled() != 0) {
      throw new IllegalStateException("unsettled events=" + unsettled() + ": settle them first");
    }
  }

  private void requireDetached() {
    if (state != State.DETACHED) {
      throw new IllegalStateException("ledger state=" + state + ": detach first");
    }
  }

  @Override
  public String toString() {
    return "Ledger[state=%s accepted=%d published=%d consumed=%d waiting=%d merged=%d abandoned=%d]"
        .formatted(state, accepted, published, consumed, waiting(), merged, abandoned);
  }

  /** Events that the buffer holds at most. */
  int capacity() {
    return words.length / KbdifEvent.WORDS;
  }
}
