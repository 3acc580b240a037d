package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTurnsTest {
  private static final int MANY = 200;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventExecutor loop = group.next();
  private final LoopTurns turns = new LoopTurns(loop);
  private final List<Integer> done = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static void work(long micros) {
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void allIsDoneOnceInItsOrderOnTheLoop() {
    for (int i = 0; i < MANY; i++) {
      int number = i;
      turns.execute(
          () -> {
            assertThat(loop.inEventLoop()).isTrue();
            work(number % 7 == 0 ? 400 : 5);
            done.add(number);
          });
    }
    await().until(() -> done.size() == MANY);
    assertThat(done).isEqualTo(IntStream.range(0, MANY).boxed().toList());
  }

  @Test
  void whatIsDueMeanwhileNeedNotWaitForTheLast() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    turns.execute(
        () -> {
          begun.countDown();
          try {
            assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    for (int i = 1; i <= MANY; i++) {
      int number = i;
      turns.execute(
          () -> {
            work(400);
            done.add(number);
          });
    }
    Object unused = loop.schedule(() -> done.add(0), 0, TimeUnit.NANOSECONDS);
    other.countDown();
    await().until(() -> done.size() == MANY + 1);
    assertThat(done.indexOf(0)).isLessThan(3);
  }

  @Test
  void workThatFailsKeepsNobodyWaiting() {
    turns.execute(
        () -> {
          throw new IllegalStateException("a test's");
        });
    turns.execute(() -> done.add(1));
    await().until(() -> done.equals(List.of(1)));
    turns.execute(() -> done.add(2));
    await().until(() -> done.equals(List.of(1, 2)));
  }

  @Test
  void aLoopThatIsShutDownTakesNothing() {
    end();
    turns.execute(() -> done.add(1));
    turns.execute(() -> done.add(2));
    assertThat(done).isEmpty();
  }
}
