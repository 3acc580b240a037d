package org.dmore.benchmarks.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BridgeRigTest {
  private static final int WARM_UP = 50_000;
  private static final int KEYS = 100_000;

  /** What the measuring itself may take: far less than a byte a key. */
  private static final long MEASURING = 4096;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void theGuestConsumesEveryKeyThatTheBridgeIsGiven() throws Exception {
    try (BridgeRig rig = new BridgeRig()) {
      for (int i = 0; i < 1000; i++) {
        rig.key();
        rig.awaitConsumed();
        rig.runLoop();
      }
      assertThat(rig.keys().count()).isEqualTo(1000);
      assertThat(rig.waiting()).isZero();
    }
  }

  @Test
  void theBridgeAllocatesNothingForAKeyWithRoomInTheRing() throws Exception {
    try (BridgeRig rig = new BridgeRig()) {
      oneByOne(rig, WARM_UP);

      long before = threads.getCurrentThreadAllocatedBytes();
      oneByOne(rig, KEYS);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(allocated).as("bytes for %d keys", KEYS).isLessThan(MEASURING);
      assertThat(rig.keys().count()).isEqualTo(WARM_UP + KEYS);
    }
  }

  @Test
  void theBridgeAllocatesNothingForAKeyThatWaitsForRoom() throws Exception {
    try (BridgeRig rig = new BridgeRig()) {
      inBursts(rig, WARM_UP);

      long before = threads.getCurrentThreadAllocatedBytes();
      inBursts(rig, KEYS);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(allocated).as("bytes for %d keys", KEYS).isLessThan(MEASURING);
      assertThat(rig.keys().count()).isEqualTo(WARM_UP + KEYS);
    }
  }

  private static void oneByOne(BridgeRig rig, int keys) {
    for (int i = 0; i < keys; i++) {
      rig.key();
      rig.awaitConsumed();
      rig.runLoop();
    }
  }

  private static void inBursts(BridgeRig rig, int keys) {
    int burst = 10 * BridgeRig.RING_LENGTH;
    for (int sent = 0; sent < keys; ) {
      for (int i = 0; i < burst && sent < keys; i++, sent++) {
        rig.key();
      }
      rig.awaitPublished();
      rig.awaitConsumed();
      rig.runLoop();
    }
  }
}
