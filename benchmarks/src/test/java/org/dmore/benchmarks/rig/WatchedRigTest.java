package org.dmore.benchmarks.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmore.vdev.service.ConsoledConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WatchedRigTest {
  private static final int KEYS = 200;

  @ParameterizedTest
  @EnumSource(Watching.class)
  void keysArriveWhileEachClientIsSentVideo(Watching watching) throws Exception {
    try (WatchedRig rig = new WatchedRig(watching)) {
      for (int sent = 1; sent <= KEYS; sent++) {
        rig.client().send();
        rig.keys().awaitParking(sent);
      }
      // At whatever pace: how fast a machine that others use sends to them all says nothing.
      while (rig.fewestUpdates() < 3) {
        Thread.sleep(1);
      }
      assertThat(rig.keys().count()).isEqualTo(KEYS);
    }
  }

  @Test
  void videoThatEachClientIsSentIsTold() throws Exception {
    try (WatchedRig rig = new WatchedRig(Watching.ONE)) {
      do { // until a while is met in which the machine keeps the pace
        rig.begin();
        Thread.sleep(500);
      } while (rig.fewestUpdates() < 5);
      assertThat(rig.requireVideo().updates()).isPositive();
    }
  }

  @Test
  void withoutVideoItIsRefused() throws Exception {
    try (WatchedRig rig = new WatchedRig(Watching.TEN)) {
      rig.stopDrawing();
      do { // what was drawn last may still be under way
        rig.begin();
        Thread.sleep(500);
      } while (rig.fewestUpdates() > 0);
      assertThatThrownBy(rig::requireVideo)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it was not sent the video");
    }
  }

  @Test
  void aHundredClientsAreNoMoreThanConsoledTakesBesideTheOneThatTypes() {
    assertThat(Watching.HUNDRED.clients()).isEqualTo(100).isLessThan(ConsoledConfig.MAX_CLIENTS);
    assertThat(Watching.HUNDRED.title()).isEqualTo("100 clients watch");
    assertThat(Watching.ONE.title()).isEqualTo("1 client watches");
  }

  @Test
  void aFullScreenChangesInEachPixel() {
    int[] one = new int[ScrollingDesktop.WIDTH * ScrollingDesktop.HEIGHT];
    int[] two = one.clone();
    Scenery scenery = Scenery.negatives();
    scenery.next(one);
    scenery.next(two);
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i] ^ two[i]).isEqualTo(0xffffff);
    }
  }
}
