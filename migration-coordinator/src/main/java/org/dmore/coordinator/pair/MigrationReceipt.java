package org.dmore.coordinator.pair;

import java.time.Duration;

/**
 * What one move did to the input of its console, and how long the VMs stood still. Events are
 * counted since the receipt of the move before.
 *
 * @param migration the move's id
 * @param from the source host
 * @param to the destination host
 * @param accepted events that viewers sent, up to those that waited when the devices were back
 * @param consumedBefore of those, events that the guest consumed at the source
 * @param held the others
 * @param deliveredAfter of the held, events that the guest consumed at the destination by the time
 *     of this receipt
 * @param lost events that no ring accounts for
 * @param duplicated events that rings account for twice
 * @param complete whether everything held was delivered in time; if not, the guest takes no input
 *     and what was held still waits for it
 * @param hold how long input was held
 * @param domUDowntime how long the user VM stood still
 * @param domRDowntime how long DomR stood still: what a viewer feels
 */
public record MigrationReceipt(
    String migration,
    String from,
    String to,
    long accepted,
    long consumedBefore,
    long held,
    long deliveredAfter,
    long lost,
    long duplicated,
    boolean complete,
    Duration hold,
    Duration domUDowntime,
    Duration domRDowntime) {

  /** Whether nothing was lost or doubled. */
  public boolean isExact() {
    return lost == 0 && duplicated == 0;
  }
}
