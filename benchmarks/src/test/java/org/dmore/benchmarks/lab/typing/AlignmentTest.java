package org.dmore.benchmarks.lab.typing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  private static final List<String> SENT = List.of("a", "b", "c", "a", "b", "d");

  @Test
  void whatIsTheSameIsInItsPlace() {
    assertThat(Alignment.of(SENT, SENT)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void afterALossTheRestIsFoundFromTheEnd() {
    assertThat(Alignment.of(List.of(1, 2, 3, 4, 5), List.of(1, 2, 5))).containsExactly(0, 1, 4);
  }

  @Test
  void whatComesTwiceOrWasNeverSentHasNoPlace() {
    assertThat(Alignment.of(SENT, List.of("a", "b", "c", "x", "a", "y", "b", "d", "d")))
        .containsExactly(0, 1, 2, Alignment.NONE, 3, Alignment.NONE, 4, Alignment.NONE, 5);
  }

  @Test
  void severalLossesAreToldApart() {
    assertThat(Alignment.of(List.of(1, 2, 3, 4, 5, 6, 7), List.of(1, 3, 4, 6, 7)))
        .containsExactly(0, 2, 3, 5, 6);
  }

  @Test
  void whatWasNotSeenHasNoEntry() {
    assertThat(Alignment.of(SENT, List.of())).isEmpty();
  }
}
