package org.dmore.rfb.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  private static final long ANY_SIZE = Long.MAX_VALUE;
  private static final Picture.ChangeListener NOBODY = (x, y, width, height) -> {};

  private final EventExecutor loop = new DefaultEventExecutor();

  @AfterEach
  void stop() {
    assertThat(loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5_000))
        .isTrue();
  }

  /** Does what it is told, and nothing else, to a picture of its own. */
  private static final class Follower implements Viewer {
    private final Picture picture;
    private final Region damage = new Region();
    private final List<Move> moves = new ArrayList<>();
    private final AtomicBoolean stirred = new AtomicBoolean();
    private Desktop.Size size = new Desktop.Size(1, 1);
    private int[] pixels = new int[1];
    private long damaged;

    Follower(Picture picture) {
      this.picture = picture;
    }

    @Override
    public boolean takesMoves() {
      return true;
    }

    @Override
    public synchronized void damaged(int x, int y, int width, int height) {
      damage.add(x, y, x + width, y + height);
      damaged += (long) width * height;
    }

    @Override
    public synchronized void moved(Move move, Region changed) {
      // What it has not read yet cannot be copied.
      Rectangle to = move.target();
      if (damage.isEmpty()) {
        moves.add(move);
        Frame frame = Frame.copyOf(size);
        System.arraycopy(pixels, 0, frame.pixels(), 0, pixels.length);
        frame.copy(move);
        pixels = frame.pixels();
      } else {
        damaged(to.x(), to.y(), to.width(), to.height());
      }
    }

    @Override
    public synchronized void resized(Desktop.Size now) {
      size = now;
      pixels = new int[now.width() * now.height()];
      Arrays.fill(pixels, -1);
      damage.clear();
      damage.add(0, 0, now.width(), now.height());
    }

    @Override
    public void cursorChanged() {}

    @Override
    public void renamed() {}

    @Override
    public void stir() {
      stirred.set(true);
    }

    @Override
    public void failed(RuntimeException problem) {
      throw new AssertionError(problem);
    }

    /** Reads what changed, as a client does: first it counts as read, then it is. */
    void follow(EventExecutor loop) {
      picture.refresh(this, loop, false);
      while (true) {
        Rectangle r;
        synchronized (this) {
          if (damage.isEmpty()) {
            return;
          }
          r = damage.get(0);
          damage.subtract(r.x(), r.y(), r.x() + r.width(), r.y() + r.height());
        }
        int[] read = new int[r.width() * r.height()];
        picture.read(r, read);
        synchronized (this) {
          for (int row = 0; row < r.height() && r.y() + row < size.height(); row++) {
            int count = Math.min(r.width(), size.width() - r.x());
            if (count > 0) {
              System.arraycopy(
                  read, row * r.width(), pixels, (r.y() + row) * size.width() + r.x(), count);
            }
          }
        }
      }
    }

    void followUntilSame(MemoryDesktop desktop, EventExecutor loop) {
      await()
          .pollDelay(0, TimeUnit.MILLISECONDS)
          .pollInterval(1, TimeUnit.MILLISECONDS)
          .until(
              () -> {
                follow(loop);
                return isSame(desktop);
              });
    }

    synchronized boolean isSame(MemoryDesktop desktop) {
      return size.equals(desktop.size()) && Arrays.equals(pixels, desktop.pixels());
    }

    synchronized long takeDamaged() {
      long was = damaged;
      damaged = 0;
      return was;
    }
  }

  private Follower follower(MemoryDesktop desktop, long maxPixels) {
    Picture picture = new Picture(desktop, maxPixels, NOBODY);
    Follower follower = new Follower(picture);
    picture.add(follower);
    follower.followUntilSame(desktop, loop);
    follower.takeDamaged();
    return follower;
  }

  private static MemoryDesktop console(Random random, int width, int height) {
    MemoryDesktop desktop = new MemoryDesktop(width, height);
    for (int y = 0; y + 16 <= height; y += 16) {
      desktop.type(random, 0, y, 10 + random.nextInt(width / 8 - 10));
    }
    return desktop;
  }

  @Test
  void ofALargeDesktopNothingIsShownBeforeItWasRead() {
    MemoryDesktop desktop = new MemoryDesktop(1024, 768);
    desktop.fill(0, 0, 1024, 768, 0x123456);
    Picture picture = new Picture(desktop, ANY_SIZE, NOBODY);
    Follower follower = new Follower(picture);
    picture.add(follower);
    // It has all to tell, as a client that has come just now.
    await().until(() -> picture.refresh(follower, loop, true));
    int[] last = new int[1];
    picture.read(new Rectangle(1023, 767, 1, 1), last);
    assertThat(last[0]).isEqualTo(0x123456);
  }

  @Test
  void aViewerIsStirredThoughTheDesktopFailedForAnother() {
    FailingDesktop desktop = new FailingDesktop(new MemoryDesktop(100, 100));
    Picture picture = new Picture(desktop, ANY_SIZE, NOBODY);
    Follower first = new Follower(picture);
    Follower second = new Follower(picture);
    picture.add(first);
    picture.add(second);
    desktop.failing = true;
    assertThatThrownBy(() -> picture.refresh(first, loop, false))
        .isInstanceOf(IllegalStateException.class);
    assertThat(second.stirred).isTrue();
    desktop.failing = false;
    second.followUntilSame(desktop.memory, loop);
  }

  /** Cannot be read at times. */
  private static final class FailingDesktop implements Desktop {
    private final MemoryDesktop memory;
    private boolean failing;

    FailingDesktop(MemoryDesktop memory) {
      this.memory = memory;
    }

    @Override
    public String name() {
      return memory.name();
    }

    @Override
    public Size size() {
      return memory.size();
    }

    @Override
    public void copyPixels(
        int x, int y, int width, int height, int[] target, int offset, int stride) {
      if (failing) {
        throw new IllegalStateException("the desktop is not there");
      }
      memory.copyPixels(x, y, width, height, target, offset, stride);
    }

    @Override
    public void addListener(Listener listener) {
      memory.addListener(listener);
    }

    @Override
    public void removeListener(Listener listener) {
      memory.removeListener(listener);
    }
  }

  @Test
  void damageThatChangedNothingIsNotTold() {
    MemoryDesktop desktop = console(new Random(1), 1024, 768);
    Follower follower = follower(desktop, ANY_SIZE);
    for (int i = 0; i < 10; i++) {
      desktop.damage(0, 0, 1024, 768);
      follower.follow(loop);
    }
    assertThat(follower.takeDamaged()).isZero();
  }

  @Test
  void ofLargeDamageWithASmallChangeTheSmallChangeIsTold() {
    MemoryDesktop desktop = console(new Random(1), 1024, 768);
    Follower follower = follower(desktop, ANY_SIZE);
    desktop.fill(101, 203, 8, 16, 0x123456);
    desktop.damage(0, 0, 1024, 768);
    follower.followUntilSame(desktop, loop);
    assertThat(follower.takeDamaged()).isEqualTo(8 * 16);
  }

  @ParameterizedTest
  @CsvSource({"0,-16", "0,16", "0,-48", "0,-3", "24,0", "-8,0"})
  void contentThatMovedIsToldAsMoved(int dx, int dy) {
    Random random = new Random(1);
    MemoryDesktop desktop = console(random, 800, 600);
    Follower follower = follower(desktop, ANY_SIZE);
    int width = 800 - Math.abs(dx);
    int height = 600 - Math.abs(dy);
    desktop.copySilently(
        Math.max(0, -dx), Math.max(0, -dy), Math.max(0, dx), Math.max(0, dy), width, height);
    desktop.damage(0, 0, 800, 600);
    follower.followUntilSame(desktop, loop);
    assertThat(follower.moves).hasSize(1);
    // Nothing but what the edges and the joins with blank space need.
    assertThat(follower.takeDamaged()).isLessThan(800 * 600 / 10);
  }

  @Test
  void aWindowThatScrollsBesideOneThatStandsStillIsFound() {
    Random random = new Random(1);
    MemoryDesktop desktop = console(random, 800, 600);
    Follower follower = follower(desktop, ANY_SIZE);
    desktop.copySilently(200, 116, 200, 100, 400, 300);
    desktop.type(random, 200, 400, 50);
    desktop.damage(0, 0, 800, 600);
    follower.followUntilSame(desktop, loop);
    assertThat(follower.moves).hasSize(1);
    assertThat(follower.takeDamaged()).isLessThan(400 * 100);
  }

  /** A guest that scrolls its console around a pointer reports all but the pointer. */
  @Test
  void whatStandsStillWithinContentThatMovedStands() {
    MemoryDesktop desktop = console(new Random(1), 800, 600);
    Follower follower = follower(desktop, ANY_SIZE);
    desktop.copySilently(0, 16, 0, 0, 416, 584);
    desktop.copySilently(448, 16, 448, 0, 352, 584);
    desktop.copySilently(416, 16, 416, 0, 32, 300);
    desktop.copySilently(416, 348, 416, 332, 32, 236);
    follower.followUntilSame(desktop, loop);
    assertThat(follower.moves).hasSize(1);
  }

  @Test
  void noiseIsNoMove() {
    Random random = new Random(1);
    MemoryDesktop desktop = new MemoryDesktop(400, 300);
    Follower follower = follower(desktop, ANY_SIZE);
    for (int i = 0; i < 20; i++) {
      for (int y = 0; y < 300; y += 15) {
        desktop.scribble(random, 0, y, 400, 15);
      }
      follower.followUntilSame(desktop, loop);
    }
    assertThat(follower.moves).isEmpty();
  }

  @Test
  void aHintThatIsWrongDoesNoHarm() {
    Random random = new Random(1);
    MemoryDesktop desktop = console(random, 800, 600);
    Follower follower = follower(desktop, ANY_SIZE);
    desktop.copy(0, 16, 0, 0, 800, 584);
    desktop.scribble(random, 100, 100, 500, 300);
    desktop.copy(0, 0, 300, 100, 200, 200);
    follower.followUntilSame(desktop, loop);
    assertThat(follower.moves).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyViewerEndsWithTheTruePixelsWhateverIsDoneMeanwhile(long seed) {
    MemoryDesktop desktop = new MemoryDesktop(300, 200);
    // Sometimes with a copy, and sometimes without.
    Picture picture = new Picture(desktop, seed % 2 == 0 ? 300 * 250 : ANY_SIZE, NOBODY);
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<Void>> painters =
        List.of(painter(desktop, seed, stop), painter(desktop, seed + 100, stop));
    EventExecutor otherLoop = new DefaultEventExecutor();
    Follower first = new Follower(picture);
    Follower second = new Follower(picture);
    picture.add(first);
    picture.add(second);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> runFor(second, 300, otherLoop), otherLoop);
    runFor(first, 300, loop);
    other.join();
    stop.set(true);
    painters.forEach(CompletableFuture::join);
    if (picture.isReadableAnywhere()) {
      // Without a copy a follower, unlike a client, copies what it may have read already.
      first.followUntilSame(desktop, loop);
      second.followUntilSame(desktop, otherLoop);
    }
    picture.remove(first);
    picture.remove(second);
    assertThat(desktop.listeners()).isZero();
    assertThat(otherLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5_000))
        .isTrue();
  }

  private static void runFor(Follower follower, int rounds, EventExecutor loop) {
    for (int i = 0; i < rounds; i++) {
      follower.follow(loop);
    }
  }

  private static CompletableFuture<Void> painter(
      MemoryDesktop desktop, long seed, AtomicBoolean stop) {
    return CompletableFuture.runAsync(
        () -> {
          Random random = new Random(seed);
          while (!stop.get()) {
            Desktop.Size size = desktop.size();
            int w = 1 + random.nextInt(90);
            int h = 1 + random.nextInt(90);
            int x = random.nextInt(90);
            int y = random.nextInt(90);
            switch (random.nextInt(60)) {
              case 0 -> desktop.resize(200 + random.nextInt(200), 200 + random.nextInt(100));
              case 1, 2, 3 -> desktop.damage(0, 0, size.width(), size.height());
              case 4, 5, 6, 7 -> desktop.copy(random.nextInt(90), random.nextInt(90), x, y, w, h);
              case 8, 9 -> desktop.copySilently(0, 16, 0, 0, 180, 170);
              default -> desktop.scribble(random, x, y, w, h);
            }
          }
        });
  }

  @Test
  void aLargeComparisonIsDoneInSlicesAndASmallOneGoesBetween() {
    Random random = new Random(1);
    MemoryDesktop desktop = new MemoryDesktop(2000, 1500);
    Picture picture = new Picture(desktop, ANY_SIZE, NOBODY);
    Follower follower = new Follower(picture);
    picture.add(follower);
    CompletableFuture<Void> blocked = new CompletableFuture<>();
    loop.execute(blocked::join);
    assertThat(picture.refresh(follower, loop, false)).as("all is compared").isFalse();
    desktop.scribble(random, 5, 1400, 8, 16);
    assertThat(picture.refresh(follower, loop, false)).as("the echo is known").isTrue();
    assertThat(picture.refresh(follower, loop, false)).as("no more is known").isFalse();
    blocked.complete(null);
    await().until(() -> picture.refresh(follower, loop, false));
    follower.followUntilSame(desktop, loop);
  }

  @Test
  void aDesktopThatFailsToBeReadIsReadAgain() {
    MemoryDesktop desktop = new MemoryDesktop(300, 200);
    AtomicBoolean broken = new AtomicBoolean();
    Picture picture = new Picture(new Breaking(desktop, broken), ANY_SIZE, NOBODY);
    Follower follower = new Follower(picture);
    picture.add(follower);
    follower.followUntilSame(desktop, loop);
    for (int size : new int[] {10, 200}) {
      broken.set(true);
      desktop.fill(0, 0, size, size, size);
      org.assertj.core.api.Assertions.assertThatIllegalStateException()
          .isThrownBy(() -> picture.refresh(follower, loop, false));
      broken.set(false);
      follower.followUntilSame(desktop, loop);
    }
  }

  private record Breaking(MemoryDesktop whole, AtomicBoolean broken) implements Desktop {
    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public Size size() {
      return whole.size();
    }

    @Override
    public void copyPixels(
        int x, int y, int width, int height, int[] target, int offset, int stride) {
      if (broken.get()) {
        throw new IllegalStateException("broken");
      }
      whole.copyPixels(x, y, width, height, target, offset, stride);
    }

    @Override
    public void addListener(Listener listener) {
      whole.addListener(listener);
    }

    @Override
    public void removeListener(Listener listener) {
      whole.removeListener(listener);
    }
  }
}
