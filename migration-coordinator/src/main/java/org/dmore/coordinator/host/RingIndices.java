package org.dmore.coordinator.host;

import java.util.OptionalInt;
import org.dmore.vdev.wire.KbdifPage;

/**
 * How far a guest's keyboard ring had come when it was read from the paused guest's own page.
 *
 * @param inProd the producer's index, u32
 * @param inCons the consumer's index, u32
 */
public record RingIndices(int inProd, int inCons) {
  /** Events that stand in the ring unconsumed; empty if the indices make no sense. */
  public OptionalInt left() {
    return KbdifPage.inIndicesValid(inProd, inCons)
        ? OptionalInt.of(KbdifPage.inOutstanding(inProd, inCons))
        : OptionalInt.empty();
  }
}
