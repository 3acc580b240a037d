package org.dmore.rfb.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmore.rfb.protocol.Rectangle;
import org.junit.jupiter.api.Test;

class WantedAreaTest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;

  private final WantedArea wanted = new WantedArea();

  /** Where pixels are wanted, or null if none are. */
  private Rectangle look(boolean isContinuous) {
    return wanted.look(isContinuous, WIDTH, HEIGHT)
        ? new Rectangle(
            wanted.x1(), wanted.y1(), wanted.x2() - wanted.x1(), wanted.y2() - wanted.y1())
        : null;
  }

  @Test
  void nothingIsWantedBeforeTheClientAsks() {
    assertThat(look(false)).isNull();
  }

  @Test
  void whatWasAskedForIsWantedOnce() {
    wanted.request(10, 20, 110, 70);
    assertThat(look(false)).isEqualTo(new Rectangle(10, 20, 100, 50));
    assertThat(look(false)).as("until it is answered").isNotNull();

    wanted.answered();
    assertThat(look(false)).isNull();
  }

  @Test
  void requestsBeforeAnAnswerAreOne() {
    wanted.request(10, 20, 110, 70);
    wanted.request(300, 0, 400, 40);
    assertThat(look(false)).isEqualTo(new Rectangle(10, 0, 390, 70));
  }

  @Test
  void aRequestAfterTheAnswerIsForItselfAlone() {
    wanted.request(10, 20, 110, 70);
    wanted.answered();
    wanted.request(300, 0, 400, 40);
    assertThat(look(false)).isEqualTo(new Rectangle(300, 0, 100, 40));
  }

  @Test
  void continuousUpdatesAreWantedWithoutARequest() {
    wanted.continuous(new Rectangle(5, 6, 7, 8));
    assertThat(look(false)).as("not enabled").isNull();
    assertThat(look(true)).isEqualTo(new Rectangle(5, 6, 7, 8));

    wanted.request(10, 20, 110, 70);
    assertThat(look(true)).isEqualTo(new Rectangle(5, 6, 105, 64));
    wanted.answered();
    assertThat(look(true)).isEqualTo(new Rectangle(5, 6, 7, 8));
  }

  @Test
  void nothingIsWantedBeyondTheClientsScreen() {
    wanted.continuous(new Rectangle(700, 500, 1000, 1000));
    assertThat(look(true)).isEqualTo(new Rectangle(700, 500, 100, 100));
  }
}
