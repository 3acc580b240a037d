package org.dmore.vdev.console;

import java.time.Duration;

/**
 * What became of the input of one console around one move. Events are counted since the last
 * complete receipt, or since the console began.
 *
 * @param accepted events taken from viewers, up to those that waited when the devices came back
 * @param consumedBefore of those, events that the guest consumed before it moved
 * @param held the others: they waited in DomR's memory, or came back out of the old ring
 * @param deliveredAfter of the held, events that the guest has consumed after the move
 * @param lost events that no ring of the guest's accounts for
 * @param duplicated events that the rings account for more than once
 * @param pressedAgain modifiers that were down in the guest and that the console pressed again
 *     before the held events, since the guest let go of them; they are in no other count
 * @param hold how long events were held
 */
public record MoveReceipt(
    long accepted,
    long consumedBefore,
    long held,
    long deliveredAfter,
    long lost,
    long duplicated,
    long pressedAgain,
    Duration hold) {

  /** Whether every held event has been consumed, none lost and none doubled. */
  public boolean isExact() {
    return deliveredAfter == held && lost == 0 && duplicated == 0;
  }
}
