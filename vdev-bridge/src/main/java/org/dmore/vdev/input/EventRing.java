package org.dmore.vdev.input;

import java.util.OptionalInt;

/**
 * The guest's in ring as the ledger sees it, while a device is attached. Confined to the console's
 * event loop.
 */
public interface EventRing {

  /**
   * Events that can be put now. Reads the guest's index, so that it may grow from call to call; 0
   * if the guest's index makes no sense.
   */
  int room();

  /** Fills the next slot, which must be free; the guest does not see it before {@link #publish}. */
  void put(int word0, int word1, int word2, int word3);

  /** Shows the guest what was put, and notifies it. */
  void publish();

  /**
   * Events put through this ring that the guest has not consumed yet, by the guest's own index: 0
   * to the number put. While that index makes no sense, the last answer that did.
   */
  int unconsumed();

  /**
   * Events put through this ring that the guest has left, by the index at which it stopped for
   * good. Reads nothing of the ring, so that it answers after the ring is let go.
   *
   * @param finalConsumer the guest's last {@code in_cons}, u32, read from its own memory
   * @return 0 to the number put; empty if that index cannot be where the guest stopped
   */
  OptionalInt leftBy(int finalConsumer);
}
