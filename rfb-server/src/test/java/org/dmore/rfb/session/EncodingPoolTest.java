package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.encoding.EncodingParameters;
import org.dmore.rfb.picture.Picture;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;

class EncodingPoolTest {
  /** As Netty does where there is no more memory outside the heap. */
  private static final ServerMetrics EXHAUSTED =
      new ServerMetrics() {
        @Override
        public void rectangle(EncodingType encoding, int pixels, int bytes) {
          throw new OutOfMemoryError("of the test");
        }
      };

  @Test
  void aClientHearsOfAnAreaForWhichThereWasNoMemory() throws Exception {
    MemoryDesktop desktop = new MemoryDesktop(64, 64);
    Picture picture = new Picture(desktop, Long.MAX_VALUE, (x, y, width, height) -> {});
    DamageTracker viewer =
        new DamageTracker(
            desktop.size(),
            new LoopTurns(ImmediateEventExecutor.INSTANCE),
            () -> {},
            problem -> {});
    picture.add(viewer);
    picture.refresh(viewer, ImmediateEventExecutor.INSTANCE, false);
    CountDownLatch told = new CountDownLatch(1);
    try (EncodingPool pool = new EncodingPool(1, EXHAUSTED)) {
      EncodingPool.Claim claim =
          pool.encode(
              picture,
              new Rectangle(0, 0, 64, 64),
              EncodingParameters.INITIAL,
              ImmediateEventExecutor.INSTANCE,
              told::countDown);
      assertThat(claim.isDone() || told.await(10, TimeUnit.SECONDS)).as("told").isTrue();
      assertThat(claim.isDone()).isTrue();
      assertThatThrownBy(claim::result).hasRootCauseInstanceOf(OutOfMemoryError.class);
      claim.release();
    }
    picture.remove(viewer);
  }
}
