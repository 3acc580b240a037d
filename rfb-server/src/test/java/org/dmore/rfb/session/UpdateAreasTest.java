package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dmore.rfb.encoding.AreaEncoder;
import org.dmore.rfb.picture.Region;
import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateAreasTest {
  private static final long PLENTY = 1 << 20;
  private static final int SIDE = 3000;

  private final UpdateAreas areas = new UpdateAreas();
  private final List<Rectangle> beyond = new ArrayList<>();

  private List<Rectangle> cut(Region region, boolean inTiles, long room) {
    areas.cut(region, inTiles, room, beyond::add);
    List<Rectangle> all = new ArrayList<>();
    while (areas.hasNext()) {
      all.add(areas.next());
    }
    return all;
  }

  private static Region region(int width, int height) {
    Region region = new Region();
    region.add(0, 0, width, height);
    return region;
  }

  @ParameterizedTest
  @CsvSource({"true, 1048576", "false, 1048576", "true, 1000", "false, 1000"})
  void eachPixelIsInOneAreaThatAnEncoderTakes(boolean inTiles, long room) {
    SplittableRandom random = new SplittableRandom(room);
    for (int n = 0; n < 20; n++) {
      Region region = new Region();
      for (int i = 0; i < 4; i++) {
        int x = random.nextInt(SIDE);
        int y = random.nextInt(SIDE);
        region.add(x, y, x + 1 + random.nextInt(SIDE - x), y + 1 + random.nextInt(SIDE - y));
      }
      long pixels = region.area();

      List<Rectangle> all = cut(region, inTiles, room);

      assertThat(areas.pixels()).isEqualTo(pixels);
      assertThat(areas.count()).isEqualTo(all.size());
      boolean[] seen = new boolean[SIDE * SIDE];
      int twice = 0;
      for (Rectangle area : all) {
        assertThat(area.width()).isBetween(1, UpdateAreas.MAX_WIDTH);
        assertThat(area.width() * area.height()).isBetween(1, UpdateAreas.maxArea(room));
        for (int y = area.y(); y < area.y() + area.height(); y++) {
          for (int x = area.x(); x < area.x() + area.width(); x++) {
            twice += seen[y * SIDE + x] ? 1 : 0;
            seen[y * SIDE + x] = true;
          }
        }
      }
      assertThat(twice).isZero();
      assertThat(beyond).isEmpty();
    }
  }

  @Test
  void areasForTilesEndWhereTilesDo() {
    assertThat(cut(region(1000, 200), true, PLENTY))
        .extracting(Rectangle::height)
        .containsExactly(64, 64, 64, 8);
    assertThat(cut(region(1000, 200), false, PLENTY))
        .extracting(Rectangle::height)
        .containsExactly(64, 64, 64, 8);
    assertThat(cut(region(700, 200), true, PLENTY))
        .extracting(Rectangle::height)
        .containsExactly(64, 64, 64, 8);
    assertThat(cut(region(700, 200), false, PLENTY))
        .extracting(Rectangle::height)
        .containsExactly(80, 80, 40);
  }

  @Test
  void areasAreSmallerForALineThatTakesLittle() {
    assertThat(UpdateAreas.maxArea(PLENTY)).isEqualTo(AreaEncoder.MAX_AREA);
    assertThat(UpdateAreas.maxArea(1000)).isEqualTo(AreaEncoder.MAX_AREA / 4);
  }

  @Test
  void whatDoesNotFitIsToldAndNotLost() {
    Region region = region(60_000, 60_000);
    long pixels = region.area();
    List<Rectangle> all = cut(region, true, PLENTY);
    assertThat(all).hasSize(UpdateAreas.MAX_AREAS);
    assertThat(beyond).isNotEmpty();
    long left = beyond.stream().mapToLong(r -> (long) r.width() * r.height()).sum();
    assertThat(areas.pixels() + left).isEqualTo(pixels);
  }

  @Test
  void anUpdateOfNothingHasNoAreas() {
    areas.set(new Rectangle(1, 2, 3, 4));
    assertThat(areas.next()).isEqualTo(new Rectangle(1, 2, 3, 4));
    assertThat(cut(new Region(), false, PLENTY)).isEmpty();
    assertThat(areas.count()).isZero();
  }
}
