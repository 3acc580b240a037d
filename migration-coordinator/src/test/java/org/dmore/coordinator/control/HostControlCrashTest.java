package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.sqlite.SqliteRig;
import org.dmore.xen.embedded.DomainState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leaders of moves die, lose their roles, or cannot reach the store for a while. */
class HostControlCrashTest {
  private ControlRoom room;
  private RoomPair web;

  /** Where a leader dies: as it writes a text to the store, before it is there or after. */
  private record Death(String text, boolean afterwards, boolean commits) {}

  private static final List<Death> DEATHS =
      List.of(
          new Death("\"state\":\"RUNNING\"", true, false),
          new Death(line(MigrationStep.START_DOMU, Mark.DONE), false, false),
          new Death(line(MigrationStep.DETACH, Mark.BEGIN), true, false),
          new Death(line(MigrationStep.DEVICES, Mark.DONE), true, false),
          new Death(line(MigrationStep.COMMIT, Mark.DONE), false, true),
          new Death(line(MigrationStep.ATTACH, Mark.BEGIN), true, true),
          new Death(line(MigrationStep.VERIFY, Mark.ENDED), true, true),
          new Death("\"state\":\"DONE\"", false, true));

  @BeforeEach
  void open() throws Exception {
    room = new ControlRoom(new SqliteRig(), 2);
    web = room.addPair("alpha", "web1");
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  private static String line(MigrationStep step, Mark mark) {
    return "\"step\":\"%s\",\"mark\":\"%s\"".formatted(step, mark);
  }

  @Test
  void aHostdThatWasKilledInAMoveBringsItToItsEndWhenItIsStartedAgain() throws Exception {
    for (Death death : DEATHS) {
      String from = web.location();
      String to = from.equals("alpha") ? "beta" : "alpha";
      String id = dieMoving(from, to, death);
      web.type('d');
      room.start(from);
      MigrationRecord ended = room.ended("gamma", id);
      String location = death.commits() ? to : from;
      web.assertSoundAt(location);
      room.assertTidy();
      assertThat(ended.state())
          .as("%s", death)
          .isEqualTo(
              death.commits() ? MigrationRecord.State.DONE : MigrationRecord.State.CALLED_OFF);
      assertThat(ended.receipt().map(MigrationReceipt::isExact).orElse(true)).isTrue();
      assertThat(room.on("gamma").pair("web1").pair().host()).isEqualTo(location);
    }
    String last = web.location();
    String id = migrate(last, "gamma");
    assertThat(room.ended(last, id).state()).isEqualTo(MigrationRecord.State.DONE);
    web.assertSoundAt("gamma");
  }

  @Test
  void theDestinationTakesUpWhatHasCommittedWhenTheSourcesHostdIsGone() throws Exception {
    String id =
        dieMoving("alpha", "beta", new Death(line(MigrationStep.COMMIT, Mark.DONE), true, true));
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.DONE);
    assertThat(ended.receipt().orElseThrow().isExact()).isTrue();
    web.assertSoundAt("beta");
    assertThat(takenUpBy()).contains("beta");
    assertThat(room.on("gamma").pair("web1").pair().host()).isEqualTo("beta");
  }

  @Test
  void whatHasNotCommittedWaitsForItsSource() throws Exception {
    String id =
        dieMoving("alpha", "beta", new Death(line(MigrationStep.DETACH, Mark.DONE), true, false));
    await().atMost(ControlRoom.SOON).until(() -> !takenUpBy().isEmpty());
    assertThat(room.on("gamma").migration(id).migration().state())
        .isEqualTo(MigrationRecord.State.RUNNING);
    room.start("alpha");
    assertThat(room.ended("gamma", id).state()).isEqualTo(MigrationRecord.State.CALLED_OFF);
    web.assertSoundAt("alpha");
    room.assertTidy();
  }

  /** The user VM has landed for good; what is left of DomR only its own host knows. */
  private String loseTheSourceBeforeDomRMoves() throws Exception {
    room.letUserVmsLandForGood();
    String id =
        dieMoving(
            "alpha", "beta", new Death(line(MigrationStep.MOVE_DOMR, Mark.BEGIN), true, true));
    await()
        .atMost(ControlRoom.SOON)
        .until(
            () ->
                web.guest().domain().host().name().equals("beta")
                    && web.guest().domain().state() == DomainState.RUNNING);
    assertThat(takenUpBy()).contains("beta");
    return id;
  }

  @Test
  void aGuestGoesOnAndItsConsoleWaitsForTheHostThatHasIt() throws Exception {
    String id = loseTheSourceBeforeDomRMoves();
    web.type('w');
    assertThat(room.on("gamma").migration(id).migration().state())
        .isEqualTo(MigrationRecord.State.RUNNING);
    room.start("alpha");
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.DONE);
    assertThat(ended.receipt().orElseThrow().renewed()).isFalse();
    assertThat(ended.receipt().orElseThrow().isExact()).isTrue();
    assertThat(room.startedAnew()).isEmpty();
    web.assertSoundAt("beta");
    room.assertTidy();
  }

  @Test
  void aConsoleIsMadeAnewWhenAnOperatorSaysThatItsHostIsDown() throws Exception {
    assertThatThrownBy(() -> room.on("beta").editHost("alpha", HostEdit.DOWN))
        .isInstanceOf(ControlException.class)
        .hasMessage("host=alpha is present: its hostd runs, so it is not down");
    String unused = loseTheSourceBeforeDomRMoves();
    assertThat(room.startedAnew()).isEmpty();
    assertThat(room.on("beta").editHost("alpha", HostEdit.DOWN).host().state())
        .isEqualTo(HostRecord.State.DOWN);
    await()
        .atMost(ControlRoom.SOON)
        .untilAsserted(() -> assertThat(room.startedAnew()).contains("beta:web1-console"));
  }

  @Test
  void aLeaderWhoseRoleIsLostStopsAndAnotherTakesTheMoveUp() throws Exception {
    room.setBandwidth(5_000_000);
    String id = migrate("alpha", "beta");
    web.type('a');
    room.stores().endLease(room.store("alpha").leaseOf("/dmore/leaders/migration/" + id));
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.CALLED_OFF);
    assertThat(room.audit())
        .extracting(AuditSink.Event::kind)
        .containsSubsequence("migration-deposed", "migration-taken-up", "migration-ended");
    web.assertSoundAt("alpha");
    room.assertTidy();
    room.setBandwidth(1_250_000_000);
    assertThat(room.ended("gamma", migrate("alpha", "beta")).state())
        .isEqualTo(MigrationRecord.State.DONE);
    web.assertSoundAt("beta");
  }

  @Test
  void aStoreThatIsAwayForAMomentDoesNotEndAMove() throws Exception {
    room.store("alpha").goAwayAt(line(MigrationStep.HOLD, Mark.DONE), 12);
    String id = migrate("alpha", "beta");
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.DONE);
    assertThat(ended.receipt().orElseThrow().isExact()).isTrue();
    assertThat(room.store("alpha").isBack()).isTrue();
    web.assertSoundAt("beta");
  }

  private List<String> takenUpBy() {
    return room.audit().stream()
        .filter(event -> event.kind().equals("migration-taken-up"))
        .map(AuditSink.Event::host)
        .toList();
  }

  private String migrate(String from, String to) throws Exception {
    return room.on(from).migrate(ControlRoom.to(web, to)).migration().id();
  }

  /** The move's id, whose leader is dead by then. */
  private String dieMoving(String from, String to, Death death) throws Exception {
    web.type('m');
    room.store(from).killAt(death.text(), death.afterwards());
    try {
      String unused = migrate(from, to);
    } catch (MortalStore.Killed e) {
      web.type('k');
    }
    await(death.toString()).atMost(ControlRoom.SOON).until(() -> room.store(from).isDead());
    room.kill(from);
    List<MigrationStatus> all = room.on("gamma").migrations();
    Optional<MigrationStatus> last = Optional.of(all.get(all.size() - 1));
    return last.orElseThrow().migration().id();
  }
}
