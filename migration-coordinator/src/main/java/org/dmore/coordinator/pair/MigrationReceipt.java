package org.dmore.coordinator.pair;

import java.time.Duration;

/**
 * What one move did to the input of its console, and how long the VMs stood still. Events are
 * counted since the receipt of the move before. Of several user VMs with one DomR it is what all of
 * them got, and the longest times.
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
 * @param skew by how much DomR landed after the user VM, which may have run by then; negative if it
 *     landed first, zero if nobody knows
 * @param renewed whether the console began anew, because DomR or its consoled was lost: what it
 *     held is gone, viewers connect again, and the counts are zero
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
    Duration domRDowntime,
    Duration skew,
    boolean renewed) {

  /** A receipt of a move whose console began anew. */
  static MigrationReceipt renewed(Move move, Duration domUDowntime) {
    return new MigrationReceipt(
        move.id(),
        move.from().name(),
        move.to().name(),
        0,
        0,
        0,
        0,
        0,
        0,
        false,
        Duration.ZERO,
        domUDowntime,
        Duration.ZERO,
        Duration.ZERO,
        true);
  }

  /** Whether nothing was lost or doubled. */
  public boolean isExact() {
    return lost == 0 && duplicated == 0;
  }
}
