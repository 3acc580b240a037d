package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.DrainRecord.Outcome;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.coordinator.store.sqlite.SqliteRig;
import org.dmore.xen.embedded.FaultPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostDrainTest {
  private ControlRoom room;
  private RoomPair web1;
  private RoomPair web2;
  private RoomPair web3;

  @BeforeEach
  void open() throws Exception {
    room = new ControlRoom(new SqliteRig(), 3);
    web1 = room.addPair("alpha", "web1");
    web2 = room.addPair("alpha", "web2");
    web3 = room.addPair("alpha", "web3");
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  @Test
  void aHostIsEmptiedWithBoundedParallelismButForThePairThatCanGoNowhere() throws Exception {
    want(web3, Map.of("disk", "ssd"));
    room.failNextMoves("web2", FaultPlan.onArrival());
    DrainRecord begun = room.on("gamma").drain(new DrainRequest("alpha", 2));
    assertThat(begun.state()).isEqualTo(DrainRecord.State.RUNNING);
    DrainRecord done = drained(DrainRecord.State.DONE);
    assertThat(done.results().get("web1").outcome()).isEqualTo(Outcome.MOVED);
    assertThat(done.results().get("web2").outcome()).as("tried again").isEqualTo(Outcome.MOVED);
    assertThat(done.results().get("web3").outcome()).isEqualTo(Outcome.STAYED);
    assertThat(done.results().get("web3").why())
        .contains("no host has room", "beta: without {disk=ssd}");
    assertThat(mostAtOnce()).isEqualTo(2);
    // The most room first: one to each.
    web1.assertSoundAt(web1.location());
    web2.assertSoundAt(web2.location());
    web3.assertSoundAt("alpha");
    assertThat(web1.location()).isNotEqualTo(web2.location()).isNotEqualTo("alpha");
    HostControlTest.assertRefused(
        () -> room.on("beta").migrate(ControlRoom.to(web1, "alpha")), Reason.CONFLICT, "draining");

    HostStatus edited =
        room.on("beta")
            .editHost(
                "gamma", new HostEdit(Optional.of(Map.of("disk", "ssd")), OptionalInt.empty()));
    assertThat(edited.host().labels()).hasSize(1);
    DrainRecord again = room.on("gamma").drain(new DrainRequest("alpha", 0));
    assertThat(again.results()).doesNotContainKey("web3");
    DrainRecord all = drained(DrainRecord.State.DONE);
    assertThat(all.results().get("web3").outcome()).isEqualTo(Outcome.MOVED);
    web3.assertSoundAt("gamma");
    assertThat(room.on("beta").undrain("alpha").host().state()).isEqualTo(HostRecord.State.ACTIVE);
    HostControlTest.assertRefused(
        () -> room.on("beta").drainOf("alpha"), Reason.NOT_FOUND, "not being drained");
    room.assertTidy();
    assertThat(room.audit())
        .extracting(AuditSink.Event::kind)
        .containsSubsequence("drain", "drain-pair", "drain-done", "drain", "undrain");
  }

  @Test
  void aPausedDrainLetsMovesEndAndBeginsNoneUntilItGoesOn() throws Exception {
    room.setBandwidth(15_000_000);
    DrainRecord begun = room.on("alpha").drain(new DrainRequest("alpha", 1));
    assertThat(begun.parallelism()).isEqualTo(1);
    await("the first moves").until(() -> outcomes(Outcome.MOVING) == 1);
    assertThat(room.on("beta").pauseDrain("alpha").state()).isEqualTo(DrainRecord.State.PAUSED);
    room.setBandwidth(1_250_000_000);
    await("it ends")
        .atMost(ControlRoom.SOON)
        .until(() -> outcomes(Outcome.MOVED) == 1 && outcomes(Outcome.MOVING) == 0);
    await("none begins")
        .during(Duration.ofMillis(300))
        .until(() -> room.on("beta").migrations().size() == 1);
    assertThat(room.on("beta").drainOf("alpha").state()).isEqualTo(DrainRecord.State.PAUSED);

    // A hostd that is started again does not go on by itself with what is paused.
    room.kill("alpha");
    room.start("alpha");
    DrainRecord goingOn = room.on("gamma").drain(new DrainRequest("alpha", 2));
    assertThat(goingOn.state()).isEqualTo(DrainRecord.State.RUNNING);
    DrainRecord done = drained(DrainRecord.State.DONE);
    assertThat(done.results().values()).allMatch(result -> result.outcome() == Outcome.MOVED);
    HostControlTest.assertRefused(
        () -> room.on("beta").pauseDrain("alpha"), Reason.CONFLICT, "has ended");
    for (RoomPair pair : new RoomPair[] {web1, web2, web3}) {
      pair.assertSoundAt(pair.location());
      assertThat(pair.location()).isNotEqualTo("alpha");
    }
  }

  @Test
  void aDrainGoesOnWithAHostdThatIsStartedAgain() throws Exception {
    room.store("alpha").killAt("\"step\":\"RECEIPT\",\"mark\":\"DONE\"", true);
    DrainRecord unused = room.on("beta").drain(new DrainRequest("alpha", 1));
    await("dies").atMost(ControlRoom.SOON).until(() -> room.store("alpha").isDead());
    room.kill("alpha");
    room.start("alpha");
    DrainRecord done = drained(DrainRecord.State.DONE);
    assertThat(done.results().values()).allMatch(result -> result.outcome() == Outcome.MOVED);
    for (RoomPair pair : new RoomPair[] {web1, web2, web3}) {
      pair.assertSoundAt(pair.location());
    }
    room.assertTidy();
  }

  @Test
  void aPairThatIsCalledOffTwiceStaysWithTheReason() throws Exception {
    room.failNextMoves("web1", FaultPlan.onArrival(), FaultPlan.onArrival());
    DrainRecord unused = room.on("beta").drain(new DrainRequest("alpha", 3));
    DrainRecord done = drained(DrainRecord.State.DONE);
    assertThat(done.results().get("web1").outcome()).isEqualTo(Outcome.STAYED);
    assertThat(done.results().get("web1").why()).contains("injected");
    assertThat(room.on("beta").migrations()).hasSize(4);
    web1.assertSoundAt("alpha");
  }

  @Test
  void twoDrainsDoNotPromiseTheSameRoom() throws Exception {
    RoomPair web4 = room.addPair("beta", "web4");
    room.setBandwidth(40_000_000);
    DrainRecord first = room.on("alpha").drain(new DrainRequest("alpha", 3));
    DrainRecord second = room.on("beta").drain(new DrainRequest("beta", 3));
    assertThat(first.state()).isEqualTo(second.state());
    await("both end")
        .atMost(ControlRoom.SOON)
        .until(
            () ->
                room.on("gamma").drainOf("alpha").state() == DrainRecord.State.DONE
                    && room.on("gamma").drainOf("beta").state() == DrainRecord.State.DONE);
    long atGamma =
        room.on("gamma").pairs().stream()
            .filter(status -> status.pair().host().equals("gamma"))
            .count();
    long stayed =
        outcomes(Outcome.STAYED)
            + room.on("gamma").drainOf("beta").results().values().stream()
                .filter(result -> result.outcome() == Outcome.STAYED)
                .count();
    // One of alpha's may have gone to beta before that was drained; gamma has room for three.
    assertThat(atGamma).isLessThanOrEqualTo(3);
    assertThat(stayed).isPositive();
    assertThat(room.audit())
        .filteredOn(event -> event.kind().equals("migration-ended"))
        .allMatch(event -> event.details().get("state").equals("DONE"));
    web4.assertSoundAt(web4.location());
    room.assertTidy();
  }

  private DrainRecord drained(DrainRecord.State state) throws Exception {
    await(state.toString())
        .atMost(ControlRoom.SOON)
        .until(() -> room.on("gamma").drainOf("alpha").state() == state);
    return room.on("gamma").drainOf("alpha");
  }

  private long outcomes(Outcome outcome) throws Exception {
    return room.on("gamma").drainOf("alpha").results().values().stream()
        .filter(result -> result.outcome() == outcome)
        .count();
  }

  /** How many moves were under way at most, by the audit. */
  private int mostAtOnce() {
    int now = 0;
    int most = 0;
    for (AuditSink.Event event : room.audit()) {
      Map<String, String> details = event.details();
      if (event.kind().equals("migration-ended")) {
        now--;
      } else if (event.kind().equals("migration-step")
          && details.get("step").equals("CHECK")
          && details.get("mark").equals("BEGIN")) {
        now++;
      }
      most = Math.max(most, now);
    }
    return most;
  }

  private void want(RoomPair pair, Map<String, String> affinity) throws Exception {
    PairRecord record = pair.record();
    PairStatus unused =
        room.on("beta")
            .definePair(
                new PairRecord(
                    record.name(),
                    record.domU(),
                    record.domR(),
                    "",
                    record.console(),
                    Map.of(),
                    affinity));
  }
}
