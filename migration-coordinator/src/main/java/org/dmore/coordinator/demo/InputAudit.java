package org.dmore.coordinator.demo;

/**
 * The two ends of the input's path, held against each other.
 *
 * @param accepted events that consoled took from viewers
 * @param pressedAgain modifiers that consoled pressed itself because the guest let go of them at a
 *     move, in no viewer's name
 * @param consumedByLedger of both, events that the ledger knows to be consumed
 * @param consumedByGuest events that the guest's driver counted itself
 * @param same whether what consoled takes for consumed and what the driver consumed are the same
 *     events in the same order
 */
public record InputAudit(
    long accepted, long pressedAgain, long consumedByLedger, long consumedByGuest, boolean same) {
  /** Events on their way. */
  public long outstanding() {
    return accepted + pressedAgain - consumedByLedger;
  }

  /** Whether every event arrived, once, in order. */
  public boolean isExact() {
    return same && outstanding() == 0 && consumedByGuest == accepted + pressedAgain;
  }
}
