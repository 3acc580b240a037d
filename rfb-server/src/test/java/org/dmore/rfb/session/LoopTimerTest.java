package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTimerTest {
  private static final Duration TIME = Duration.ofSeconds(30);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicInteger expired = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private LoopTimer timer;

  LoopTimerTest() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void expiresOnceAfterItsTime() {
    timer = LoopTimer.start(channel.eventLoop(), TIME, expired::incrementAndGet);
    pass(29);
    assertThat(expired).hasValue(0);
    pass(1);
    assertThat(expired).hasValue(1);
    pass(100);
    assertThat(expired).hasValue(1);
  }

  @Test
  void aLoopThatStandsStillLongCountsAsOneSlice() {
    timer = LoopTimer.start(channel.eventLoop(), TIME, expired::incrementAndGet);
    pass(1);
    channel.advanceTimeBy(1, TimeUnit.HOURS);
    pass(27);
    assertThat(expired).hasValue(0);
  }

  @Test
  void oneThatIsCancelledByItsOwnQuestionIsNeverHeardOfAgain() {
    timer =
        LoopTimer.start(
            channel.eventLoop(),
            TIME,
            () -> {
              asked.incrementAndGet();
              timer.cancel();
              return true;
            },
            expired::incrementAndGet);
    pass(100);
    assertThat(asked).hasValue(1);
    assertThat(expired).hasValue(0);
    assertThat(channel.hasPendingTasks()).isFalse();
  }
}
