package org.dmore.vdev.input;

import org.dmore.vdev.wire.KbdifEvent;

/**
 * Presses of modifiers that the console makes on its own, because the guest let go of what viewers
 * still hold. They are not viewers' events and have no numbers: they stand in the ring as one block
 * between two events that have.
 *
 * <pre>
 *   ring:  [ viewers' events ][ presses ][ viewers' events ]
 *                            ^ after                       ^ published
 * </pre>
 *
 * <p>There is one block at a time. While any of it has not been consumed no other is needed: what
 * is still to be consumed is consumed after the guest let go.
 *
 * <p>Confined to the console's event loop.
 */
final class ModifierPresses {
  /** {@link Modifiers} to be pressed before any other event is published. */
  private int due;

  /** Those that stand in the ring and were not seen consumed; the guest takes low bits first. */
  private int inRing;

  /** The number of the event that the block follows. */
  private long after;

  /** Presses put, less those that a guest left. */
  private long count;

  /** Asks for presses; what was asked for before and not put is asked for no more. */
  void ask(int modifiers) {
    due = inRing == Modifiers.NONE ? modifiers : Modifiers.NONE;
  }

  /** Whether presses wait for room in the ring. */
  boolean isDue() {
    return due != Modifiers.NONE;
  }

  /** Presses in the ring that were not seen consumed. */
  int inRing() {
    return Integer.bitCount(inRing);
  }

  /** Presses put in all rings there have been, less those that guests left in them. */
  long count() {
    return count;
  }

  /**
   * Puts what is due, if there is room for all of it.
   *
   * @param published the number of the last event in the ring
   * @return whether it was put
   */
  boolean put(EventRing ring, long published) {
    if (ring.room() < Integer.bitCount(due)) {
      return false;
    }
    for (int left = due; left != Modifiers.NONE; left &= left - 1) {
      ring.put(KbdifEvent.key(true), lowest(left), 0, 0);
      count++;
    }
    inRing = due;
    after = published;
    due = Modifiers.NONE;
    return true;
  }

  /** The number of the event that the presses in the ring follow. */
  long after() {
    return after;
  }

  /**
   * How many presses are among the last slots of a ring.
   *
   * @param slots slots that the guest left, of any kind
   * @param published the number of the last event in the ring
   */
  int among(int slots, long published) {
    return Math.max(0, Math.min(inRing(), slots - (int) (published - after)));
  }

  /** Takes note that the guest consumed all but so many of those in the ring. */
  void consumedAllBut(int left, EventFingerprint consumed) {
    while (inRing() > left) {
      consumed.add(KbdifEvent.key(true), lowest(inRing), 0, 0);
      inRing &= inRing - 1;
    }
  }

  /** The ring has ended: what the guest left of the presses, it never gets. */
  void withdraw() {
    count -= inRing();
    inRing = Modifiers.NONE;
    due = Modifiers.NONE;
  }

  private static int lowest(int modifiers) {
    return Modifiers.code(Integer.numberOfTrailingZeros(modifiers));
  }
}
