package org.dmore.coordinator.pair;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmore.coordinator.pair.MoveModel.Judgement;
import org.junit.jupiter.api.Test;

class MoveModelTest {
  @Test
  void whateverFailsThereIsOneOfEachVmAndEachKeyArrivesOnce() {
    MoveModel model = new MoveModel(3, 3, Judgement.HOSTS, true, false);
    assertThat(model.explore()).isEmpty();
    assertThat(model.states()).isGreaterThan(10_000);
    assertThat(model.endings()).isGreaterThan(1);
  }

  @Test
  void aCommitWhoseEndWasNotWrittenMayNotBeTakenForNone() {
    MoveModel model = new MoveModel(1, 1, Judgement.DONE, true, false);
    assertThat(model.explore()).isPresent();
  }

  @Test
  void withoutTheReceiptInTheJournalAKeyIsLost() {
    MoveModel model = new MoveModel(2, 1, Judgement.HOSTS, false, false);
    assertThat(model.explore()).isPresent();
  }

  @Test
  void aUserVmThatLandsForGoodIsFollowedByItsConsoleWhateverFails() {
    MoveModel model = new MoveModel(3, 3, Judgement.HOSTS, true, true);
    assertThat(model.explore()).isEmpty();
    assertThat(model.states()).isGreaterThan(10_000);
    assertThat(model.endings()).isGreaterThan(1);
  }

  @Test
  void aUserVmThatLandedForGoodMayNotBeTakenForOneThatGoesBack() {
    MoveModel model = new MoveModel(1, 1, Judgement.DONE, true, true);
    assertThat(model.explore()).isPresent();
  }

  @Test
  void withoutTheReceiptInTheJournalAKeyIsLostAlsoWhereTheUserVmLandedForGood() {
    MoveModel model = new MoveModel(2, 1, Judgement.HOSTS, false, true);
    assertThat(model.explore()).isPresent();
  }
}
