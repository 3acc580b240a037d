package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.picture.Move;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;

class DamageTrackerTest {
  private final DamageTracker tracker =
      new DamageTracker(
          new Desktop.Size(200, 100),
          new LoopTurns(ImmediateEventExecutor.INSTANCE),
          () -> {},
          problem -> {});

  @Test
  void aSizeThatWasHeardIsNotReplacedByOneThatWasReadBefore() {
    tracker.resized(new Desktop.Size(300, 200));
    tracker.refreshSize(new Desktop.Size(200, 100));
    assertThat(tracker.size()).isEqualTo(new Desktop.Size(300, 200));
  }

  @Test
  void aCopyOutsideOfWhatTheClientSeesIsNothingThatItIsBehindWith() {
    tracker.keepCopies(true);
    List<Move> copies = new ArrayList<>();
    assertThat(tracker.take(0, 0, 0xffff, 0xffff, new Region(), copies)).isTrue();
    tracker.sent();
    Region differs = new Region();
    differs.add(150, 0, 200, 50);
    tracker.moved(new Move(150, 10, new Rectangle(150, 0, 50, 50)), differs);
    assertThat(tracker.isBehind(0, 0, 100, 100)).isFalse();
    assertThat(tracker.isBehind(0, 0, 200, 100)).isTrue();
    assertThat(tracker.take(0, 0, 100, 100, new Region(), copies)).isFalse();
    assertThat(tracker.take(0, 0, 200, 100, new Region(), copies)).isTrue();
  }
}
