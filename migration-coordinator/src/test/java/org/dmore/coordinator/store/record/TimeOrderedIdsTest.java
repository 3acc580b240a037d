package org.dmore.coordinator.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmore.coordinator.store.Keys;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
  private Instant now = Instant.parse("2026-11-21T10:00:00.123Z");

  private TimeOrderedIds ids(long seed) {
    return new TimeOrderedIds(() -> now, new Random(seed));
  }

  @Test
  void theySortByTheTimeOfTheirMakingWhoeverMadeThem() {
    TimeOrderedIds one = ids(1);
    TimeOrderedIds other = ids(2);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      made.add((i % 3 == 0 ? one : other).next());
      now = now.plusMillis(1 + 37L * i);
    }
    assertThat(made).isSorted();
  }

  @Test
  void thoseOfOneMakerSortEvenWhenTheClockStandsOrGoesBack() {
    TimeOrderedIds ids = ids(1);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      made.add(ids.next());
      now = now.minusMillis(i % 2);
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void thoseOfOneMillisecondDifferBetweenMakers() {
    Set<String> made = new HashSet<>();
    for (int maker = 0; maker < 1_000; maker++) {
      made.add(ids(maker).next());
    }
    assertThat(made).hasSize(1_000);
  }

  @Test
  void theyTellTheirTimeAndAreNamesOfKeys() {
    String id = ids(1).next();
    assertThat(id).hasSize(20);
    assertThat(Keys.nameOf(id)).isEqualTo(id);
    assertThat(TimeOrderedIds.timeOf(id)).isEqualTo(now);
    assertThatThrownBy(() -> TimeOrderedIds.timeOf("7")).hasMessageContaining("20");
    assertThatThrownBy(() -> TimeOrderedIds.timeOf("u".repeat(20)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
