package org.dmore.rfb.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionTest {
  private static final int SIDE = 40;

  private static BitSet pixels(Region region) {
    BitSet bits = new BitSet();
    for (int i = 0; i < region.size(); i++) {
      Rectangle r = region.get(i);
      for (int y = r.y(); y < r.y() + r.height(); y++) {
        for (int x = r.x(); x < r.x() + r.width(); x++) {
          assertThat(bits.get(y * SIDE + x)).as("overlap at %d,%d", x, y).isFalse();
          bits.set(y * SIDE + x);
        }
      }
    }
    return bits;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void holdsThePixelsThatWereAddedAndNotTaken(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      Region region = new Region();
      BitSet model = new BitSet();
      for (int i = 0; i < 20; i++) {
        int x1 = random.nextInt(SIDE);
        int y1 = random.nextInt(SIDE);
        int x2 = x1 + random.nextInt(SIDE - x1 + 1);
        int y2 = y1 + random.nextInt(SIDE - y1 + 1);
        boolean add = random.nextInt(3) > 0;
        if (add) {
          region.add(x1, y1, x2, y2);
        } else {
          region.subtract(x1, y1, x2, y2);
        }
        for (int y = y1; y < y2; y++) {
          model.set(y * SIDE + x1, y * SIDE + x2, add);
        }
        if (region.size() < Region.MAX_RECTANGLES / 2) {
          assertThat(pixels(region)).as("seed=%d", seed).isEqualTo(model);
        }
      }
    }
  }

  @Test
  void growsRatherThanBeMoreThanItsBoundOfRectangles() {
    Region region = new Region();
    BitSet model = new BitSet();
    for (int y = 0; y < SIDE; y += 2) {
      for (int x = 0; x < SIDE; x += 2) {
        region.add(x, y, x + 1, y + 1);
        model.set(y * SIDE + x);
      }
    }
    assertThat(region.size()).isLessThanOrEqualTo(Region.MAX_RECTANGLES);
    BitSet held = pixels(region);
    model.andNot(held);
    assertThat(model.isEmpty()).isTrue();
  }

  @Test
  void cellsOfALineBecomeOneRectangle() {
    Region region = new Region();
    for (int x = 0; x < SIDE; x += 8) {
      region.add(x, 16, x + 8, 32);
    }
    assertThat(region.size()).isEqualTo(1);
    assertThat(region.get(0)).isEqualTo(new Rectangle(0, 16, SIDE, 16));
  }

  @Test
  void staysSmallWhateverIsTakenFromIt() {
    Region region = new Region();
    region.add(0, 0, 1000, 1000);
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int x = random.nextInt(1000);
      int y = random.nextInt(1000);
      region.subtract(x, y, x + 1, y + 1);
      assertThat(region.size()).isLessThanOrEqualTo(Region.MAX_RECTANGLES);
    }
    region.subtract(0, 0, 1000, 1000);
    assertThat(region.isEmpty()).isTrue();
  }

  @Test
  void takingNothingLeavesItAsItIs() {
    Region region = new Region();
    region.add(0, 0, 100, 100);
    Region taken = new Region();
    region.moveWithin(50, 50, 50, 60, taken);
    region.moveWithin(60, 50, 40, 70, taken);
    assertThat(taken.isEmpty()).isTrue();
    assertThat(region.size()).isEqualTo(1);
    assertThat(region.get(0)).isEqualTo(new Rectangle(0, 0, 100, 100));
  }
}
