package org.dmore.coordinator.demo;

/**
 * The two ends of the input's path, held against each other.
 *
 * @param accepted events that consoled took from viewers
 * @param consumedByLedger of those, events that the ledger knows to be consumed
 * @param consumedByGuest events that the guest's driver counted itself
 * @param same whether what consoled published and what the driver consumed are the same events in
 *     the same order
 */
public record InputAudit(long accepted, long consumedByLedger, long consumedByGuest, boolean same) {
  /** Events on their way. */
  public long outstanding() {
    return accepted - consumedByLedger;
  }

  /** Whether every event arrived, once, in order. */
  public boolean isExact() {
    return same && outstanding() == 0 && consumedByGuest == accepted;
  }
}
