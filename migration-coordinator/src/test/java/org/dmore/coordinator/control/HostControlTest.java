package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.demo.Viewer;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.Leadership;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.Inventory;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.coordinator.store.sqlite.SqliteRig;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostControlTest {
  private ControlRoom room;
  private RoomPair web;

  @BeforeEach
  void open() throws Exception {
    room = new ControlRoom(new SqliteRig(), 1);
    web = room.addPair("alpha", "web1");
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  @Test
  void aPairMovesThereAndBackWhicheverHostIsAskedAndEveryKeyArrives() throws Exception {
    String[] destinations = {"beta", "alpha", "gamma"};
    for (String to : destinations) {
      String from = web.location();
      web.type('a');
      MigrationStatus begun = room.on("gamma").migrate(ControlRoom.to(web, to));
      assertThat(begun.migration().from()).isEqualTo(from);
      web.type('b');
      MigrationRecord ended = room.ended("beta", begun.migration().id());
      assertThat(ended.state()).isEqualTo(MigrationRecord.State.DONE);
      MigrationReceipt receipt = ended.receipt().orElseThrow();
      assertThat(receipt.isExact()).isTrue();
      assertThat(receipt.complete()).isTrue();
      web.assertSoundAt(to);
      assertThat(room.on("alpha").pair("web1").pair().host()).isEqualTo(to);
      room.assertTidy();
    }
    assertThat(room.on("alpha").migrations())
        .extracting(status -> status.migration().to())
        .containsExactly(destinations);
    assertThat(
            room.on("beta")
                .migration(room.on("beta").migrations().get(0).migration().id())
                .journal())
        .extracting(MigrationJournal.Entry::mark)
        .endsWith(MigrationJournal.Mark.DONE, MigrationJournal.Mark.ENDED);
  }

  @Test
  void aConsoleIsKeptAttachedWhereItsPairIsWhenTheGuestIsStartedAnew() throws Exception {
    room.ended("alpha", migrate("web1", "beta").migration().id());
    web.assertSoundAt("beta");
    EmbeddedHost beta = web.guest().domain().host();
    beta.destroy(web.guest().domain());
    EmbeddedDomain anew = beta.createDomain(DomainConfig.of("web1", 4 << 20));
    String node = "/local/domain/" + anew.id() + "/device/vkbd/0/backend";
    await().atMost(ControlRoom.SOON).until(() -> beta.dom0().xenStore().read(node).isPresent());
  }

  @Test
  void aPlanSaysWhatStandsInTheWayAndChangesNothing() throws Exception {
    MigrationPlan possible = room.on("beta").plan(ControlRoom.to(web, "beta"));
    assertThat(possible.isPossible()).as("%s", possible).isTrue();
    assertThat(possible.from()).isEqualTo("alpha");
    assertThat(possible.steps()).contains(MigrationStep.COMMIT.words());
    HostStatus unused =
        room.on("beta").editHost("beta", new HostEdit(Optional.empty(), OptionalInt.of(1)));
    MigrationPlan impossible = room.on("beta").plan(ControlRoom.to(web, "beta"));
    assertThat(impossible.isPossible()).isFalse();
    assertThat(impossible.checks())
        .filteredOn(check -> !check.ok())
        .singleElement()
        .satisfies(check -> assertThat(check.detail()).contains("at most=1"));
    assertThat(room.on("alpha").migrations()).isEmpty();
  }

  @Test
  void aMoveThatCannotBeIsRefusedWithTheReason() throws Exception {
    RoomPair other = room.addPair("beta", "web2");
    assertRefused(() -> migrate("nobody", "beta"), Reason.NOT_FOUND, "pair=nobody");
    assertRefused(() -> migrate("web1", "delta"), Reason.NOT_FOUND, "host=delta");
    assertRefused(() -> migrate("web1", "alpha"), Reason.CONFLICT, "where the pair is");
    assertRefused(() -> migrate("web1", "beta"), Reason.CONFLICT, "free bytes=0");
    assertRefused(
        () ->
            room.on("alpha")
                .migrate(
                    new MigrationRequest(
                        "web1", Optional.of("beta"), Optional.of(Duration.ofHours(1)))),
        Reason.INVALID,
        "paused bound");
    PairRecord affine = web.record();
    PairStatus unused =
        room.on("beta")
            .definePair(
                new PairRecord(
                    affine.name(),
                    affine.domU(),
                    affine.domR(),
                    "",
                    affine.console(),
                    Map.of(),
                    Map.of("disk", "ssd")));
    assertRefused(() -> migrate("web1", "gamma"), Reason.CONFLICT, "without {disk=ssd}");
    assertRefused(
        () ->
            room.on("alpha")
                .migrate(new MigrationRequest("web1", Optional.empty(), Optional.empty())),
        Reason.CONFLICT,
        "no host has room: beta: without {disk=ssd}; gamma: without {disk=ssd}");
    HostStatus edited =
        room.on("alpha")
            .editHost(
                "gamma", new HostEdit(Optional.of(Map.of("disk", "ssd")), OptionalInt.empty()));
    assertThat(edited.host().labels()).containsEntry("disk", "ssd");
    room.kill("beta");
    assertRefused(() -> migrate("web1", "beta"), Reason.UNAVAILABLE, "not present");
    assertRefused(() -> migrate("web2", "gamma"), Reason.UNAVAILABLE, "host=beta is not present");
    MigrationStatus placed =
        room.on("alpha").migrate(new MigrationRequest("web1", Optional.empty(), Optional.empty()));
    assertThat(placed.migration().to()).isEqualTo("gamma");
    room.ended("alpha", placed.migration().id());
    web.assertSoundAt("gamma");
    assertThat(other.location()).isEqualTo("beta");
    assertThat(room.audit())
        .filteredOn(event -> event.kind().equals("refused"))
        .extracting(event -> event.details().get("reason"))
        .contains("CONFLICT", "INVALID", "UNAVAILABLE");
  }

  @Test
  void roomThatIsPromisedToAPairOnItsWayIsNotPromisedAgain() throws Exception {
    RoomPair other = room.addPair("beta", "web2");
    Inventory inventory = new Inventory(room.stores().open());
    Leadership leader =
        inventory.leadMigration("a-move", "beta", Duration.ofSeconds(10), () -> {}).orElseThrow();
    boolean created =
        inventory
            .migrations()
            .create(MigrationRecord.begun("a-move", other.name(), "beta", "gamma", Instant.now()));
    assertThat(created).isTrue();
    assertRefused(
        () -> migrate("web1", "gamma"),
        Reason.CONFLICT,
        "free bytes=20971520 promised=20971520 needed=20971520");
    assertRefused(() -> migrate("web2", "gamma"), Reason.CONFLICT, "migration=a-move");
    leader.close(); // it is taken up, and nothing of it was done
    assertThat(room.ended("alpha", "a-move").state()).isEqualTo(MigrationRecord.State.CALLED_OFF);
    assertThat(room.ended("alpha", migrate("web1", "gamma").migration().id()).state())
        .isEqualTo(MigrationRecord.State.DONE);
  }

  @Test
  void aPairThatMovesIsLeftAloneByEverythingElse() throws Exception {
    room.setBandwidth(20_000_000);
    MigrationStatus begun = room.on("alpha").migrate(ControlRoom.to(web, "beta"));
    String id = begun.migration().id();
    assertRefused(() -> migrate("web1", "gamma"), Reason.CONFLICT, id);
    assertRefused(() -> room.on("beta").forgetPair("web1"), Reason.CONFLICT, id);
    assertRefused(() -> room.on("beta").openConsole(password()), Reason.CONFLICT, id);
    assertThat(room.on("gamma").pair("web1").migration()).contains(id);
    await()
        .atMost(ControlRoom.SOON)
        .until(
            () ->
                room.on("gamma")
                    .migration(id)
                    .progress()
                    .map(progress -> progress.bytesDone() > 0 && progress.bytesTotal() > 0)
                    .orElse(false));
    room.setBandwidth(1_250_000_000);
    assertThat(room.ended("gamma", id).state()).isEqualTo(MigrationRecord.State.DONE);
    assertThat(room.on("gamma").pair("web1").migration()).isEmpty();
    assertRefused(() -> room.on("gamma").cancel(id), Reason.CONFLICT, "has ended");
    web.assertSoundAt("beta");
  }

  @Test
  void whoeverWatchesAMoveSeesHowMuchInputWaits() throws Exception {
    room.setBandwidth(5_000_000);
    String id = room.on("alpha").migrate(ControlRoom.to(web, "beta")).migration().id();
    await()
        .atMost(ControlRoom.SOON)
        .until(
            () -> {
              web.type('k');
              return room.on("gamma")
                  .migration(id)
                  .progress()
                  .map(progress -> progress.held() > 0)
                  .orElse(false);
            });
    room.setBandwidth(1_250_000_000);
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.DONE);
    assertThat(ended.receipt().orElseThrow().held()).isPositive();
    web.assertSoundAt("beta");
  }

  @Test
  void aMoveIsCalledOffByWhicheverHostIsAsked() throws Exception {
    room.setBandwidth(5_000_000);
    String id = room.on("alpha").migrate(ControlRoom.to(web, "beta")).migration().id();
    web.type('a');
    assertThat(room.on("gamma").cancel(id).migration().id()).isEqualTo(id);
    MigrationRecord ended = room.ended("gamma", id);
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.CALLED_OFF);
    assertThat(ended.failure().orElseThrow()).contains("cancelled");
    web.assertSoundAt("alpha");
    room.assertTidy();
    room.setBandwidth(1_250_000_000);
    String next = room.on("alpha").migrate(ControlRoom.to(web, "beta")).migration().id();
    assertThat(room.ended("alpha", next).state()).isEqualTo(MigrationRecord.State.DONE);
    web.assertSoundAt("beta");
  }

  @Test
  void aHostdThatEndsCallsItsMoveOffAndIsPresentNoMore() throws Exception {
    room.setBandwidth(5_000_000);
    String id = room.on("alpha").migrate(ControlRoom.to(web, "beta")).migration().id();
    room.on("alpha").close();
    MigrationRecord ended = room.on("beta").migration(id).migration();
    assertThat(ended.state()).isEqualTo(MigrationRecord.State.CALLED_OFF);
    assertThat(room.on("beta").hosts())
        .filteredOn(host -> !host.present())
        .extracting(host -> host.host().name())
        .containsExactly("alpha");
    web.assertSoundAt("alpha");
  }

  @Test
  void hostsSayHowTheyStand() throws Exception {
    assertThat(room.on("gamma").hosts())
        .extracting(host -> host.host().name() + " " + host.pairs() + " " + host.present())
        .containsExactly("alpha 1 true", "beta 0 true", "gamma 0 true");
    await()
        .atMost(ControlRoom.SOON)
        .until(() -> room.on("gamma").hosts().get(0).host().freeMemoryBytes() == 0);
    HostRecord beta = room.on("gamma").hosts().get(1).host();
    assertThat(beta.freeMemoryBytes()).isEqualTo(beta.memoryBytes()).isEqualTo(20L << 20);
    assertThat(beta.api()).isEqualTo("https://beta:7443");
  }

  @Test
  void anotherProcessOfTheSameNameIsRefused() throws Exception {
    ControlSettings hasty =
        new ControlSettings(
            ControlRoom.SETTINGS.migration(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(6),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            1,
            1,
            1,
            Map.of());
    try (HostControl second =
        new HostControl(
            "https://alpha:1",
            room.vms("alpha"),
            room.stores().open(),
            host -> Optional.empty(),
            hasty,
            java.time.Clock.systemUTC(),
            Optional.empty(),
            AuditSink.NONE)) {
      assertRefused(second::start, Reason.CONFLICT, "host=alpha is announced by another");
    }
    assertThat(room.on("beta").hosts().get(0).host().api()).isEqualTo("https://alpha:7443");
  }

  @Test
  void aPairIsDefinedWhereItsVmsAreAndOnlyOnce() throws Exception {
    PairRecord record = web.record();
    assertRefused(() -> define("twice", "web1", "web1-console"), Reason.CONFLICT, "pair=web1");
    assertRefused(() -> define("none", "web7", "web7-console"), Reason.NOT_FOUND, "no host has");
    assertRefused(() -> define("one", "web1", "web1"), Reason.INVALID, "not one twice");
    assertRefused(() -> define("a/b", "web1", "web1-console"), Reason.INVALID, "a/b");
    room.on("beta").forgetPair("web1");
    assertThat(room.on("beta").pairs()).isEmpty();
    assertThat(room.on("beta").definePair(record).pair().host()).isEqualTo("alpha");
    assertThat(room.on("beta").pairs()).singleElement().extracting(PairStatus::pair).isNotNull();
    web.assertSoundAt("alpha");
  }

  @Test
  void waysIntoAConsoleAreMadeAndTakenBack() throws Exception {
    ConsoleAccess password = room.on("beta").openConsole(password());
    assertThat(password.address()).isEqualTo(web.record().console());
    try (Viewer viewer = new Viewer(web.consoled().address(), password.secret())) {
      await().atMost(ControlRoom.SOON).until(viewer::isRunning);
      await().atMost(ControlRoom.SOON).until(() -> web.consoled().server().clients().size() == 2);
      room.on("beta").revokeAccess("web1", Map.of("id", password.id()));
      await().atMost(ControlRoom.SOON).until(() -> web.consoled().server().clients().size() == 1);
    }
    ConsoleAccess anns = room.on("beta").openConsole(password());
    try (Viewer viewer = new Viewer(web.consoled().address(), anns.secret())) {
      await().atMost(ControlRoom.SOON).until(viewer::isRunning);
      await().atMost(ControlRoom.SOON).until(() -> web.consoled().server().clients().size() == 2);
      room.on("beta").revokeAccess("web1", Map.of("user", "anne"));
      assertThat(viewer.isRunning()).isTrue();
      room.on("beta").revokeAccess("web1", Map.of("user", "ann"));
      await().atMost(ControlRoom.SOON).until(() -> web.consoled().server().clients().size() == 1);
    }
    ConsoleAccess token = room.on("gamma").openConsole(token());
    assertThat(token.secret()).contains(".");
    room.on("gamma").revokeAccess("web1", Map.of("before", Instant.now().toString()));
    assertRefused(
        () -> room.on("gamma").revokeAccess("web1", Map.of("who", "ann")), Reason.INVALID, "id=");
    assertRefused(
        () -> room.on("gamma").revokeAccess("web1", Map.of("user", " ")), Reason.INVALID, "blank");
    assertRefused(
        () -> room.on("gamma").revokeAccess("web1", Map.of("user", "ann", "before", "noon")),
        Reason.INVALID,
        "before=noon");
    assertThat(room.audit())
        .filteredOn(event -> event.kind().equals("console-access"))
        .hasSize(3)
        .allSatisfy(
            event ->
                assertThat(event.details().values())
                    .doesNotContain(password.secret(), anns.secret(), token.secret()));
    String id = room.on("alpha").migrate(ControlRoom.to(web, "gamma")).migration().id();
    room.ended("alpha", id);
    assertRefused(() -> room.on("alpha").openConsole(token()), Reason.CONFLICT, "no issuer's key");
  }

  /** Beside web1's, three more guests whose consoles are in one DomR. */
  @Test
  void severalGuestsWithOneDomRAreOnePair() throws Exception {
    RoomGroup shop = room.addGroup("beta", "shop", List.of("front", "db", "mail"));
    assertThat(room.on("gamma").pair("shop").pair().others()).containsExactly("db", "mail");
    assertRefused(() -> define("other", "db", "shop-console"), Reason.CONFLICT, "vm=db is of");
    PairRecord high =
        new PairRecord("s", "a", "r", "", "h:65534", Map.of(), Map.of(), List.of("b", "c"));
    assertRefused(() -> room.on("beta").definePair(high), Reason.INVALID, "up to 65536");
    assertRefused(
        () -> room.on("beta").openConsole(forGuest("web9")), Reason.INVALID, "front, db, mail");
    ConsoleAccess mail = room.on("beta").openConsole(forGuest("mail"));
    assertThat(mail.address()).isEqualTo("127.0.0.1:5902");
    try (Viewer viewer = new Viewer(shop.consoled("mail").address(), mail.secret())) {
      await().atMost(ControlRoom.SOON).until(viewer::isRunning);
      await()
          .atMost(ControlRoom.SOON)
          .until(() -> shop.consoled("mail").server().clients().size() == 2);
      assertThat(shop.consoled("db").server().clients()).hasSize(1);
      room.on("beta").revokeAccess("shop", Map.of("user", "ann"));
      await()
          .atMost(ControlRoom.SOON)
          .until(() -> shop.consoled("mail").server().clients().size() == 1);
    }
    for (String guest : shop.record().guests()) { // each console is told who issues tokens
      await().atMost(ControlRoom.SOON).until(() -> !shop.access(guest).keys().isEmpty());
    }
    room.on("gamma").power("shop", Optional.of("db"), PowerAction.RESET);
    assertThat(room.switched()).containsExactly(ControlRoom.powered("db", PowerAction.RESET));
    for (String to : List.of("gamma", "beta")) {
      shop.type('m');
      MigrationRequest there = new MigrationRequest("shop", Optional.of(to), Optional.empty());
      String id = room.on("alpha").migrate(there).migration().id();
      MigrationRecord moved = room.ended("alpha", id);
      assertThat(moved.failure()).isEmpty();
      assertThat(moved.state()).isEqualTo(MigrationRecord.State.DONE);
      assertThat(moved.receipt().orElseThrow().isExact()).isTrue();
      shop.assertSoundAt(to, "moved to " + to);
      assertThat(room.on("beta").pair("shop").pair().host()).isEqualTo(to);
    }
    web.assertSoundAt("alpha");
    room.assertTidy();
  }

  private static ConsoleRequest forGuest(String guest) {
    return new ConsoleRequest(
        "shop",
        ConsoleRequest.Kind.PASSWORD,
        ConsoleRight.CONTROL,
        Duration.ofMinutes(5),
        OptionalInt.empty(),
        "ann",
        Optional.of(guest));
  }

  @Test
  void aConsoleThatBeganAnewIsToldWhoIssuesTokens() throws Exception {
    await().atMost(ControlRoom.SOON).until(() -> !web.access().keys().isEmpty());
    String issuer = web.access().keys().get(0).id();
    web.access().keys(List.of()); // as one forgets that has no disk
    room.sayStarted("alpha", "web1-console", "2026-11-28T12:00:00.000Z");
    await()
        .atMost(ControlRoom.SOON)
        .until(() -> web.access().keys().stream().anyMatch(key -> key.id().equals(issuer)));
  }

  @Test
  void aPairsUserVmIsSwitchedOnItsHost() throws Exception {
    room.on("gamma").power("web1", Optional.empty(), PowerAction.REBOOT);
    assertThat(room.switched()).containsExactly(ControlRoom.powered("web1", PowerAction.REBOOT));
    assertThat(room.audit())
        .filteredOn(event -> event.kind().equals("power"))
        .singleElement()
        .satisfies(event -> assertThat(event.host()).isEqualTo("alpha"));
  }

  @Test
  void everyStepOfAMoveIsInTheAudit() throws Exception {
    String id = room.on("alpha").migrate(ControlRoom.to(web, "beta")).migration().id();
    room.ended("alpha", id);
    await().until(() -> room.audit().stream().anyMatch(e -> e.kind().equals("migration-ended")));
    assertThat(room.audit())
        .filteredOn(event -> event.kind().equals("migration-step"))
        .extracting(event -> event.details().get("step") + " " + event.details().get("mark"))
        .hasSize(2 * MigrationStep.values().length + 1)
        .contains("HOLD BEGIN", "COMMIT DONE", "VERIFY ENDED");
  }

  private MigrationStatus migrate(String pair, String to) throws Exception {
    return room.on("alpha").migrate(new MigrationRequest(pair, Optional.of(to), Optional.empty()));
  }

  private PairStatus define(String name, String domU, String domR) throws Exception {
    return room.on("beta").definePair(new PairRecord(name, domU, domR, "", "", Map.of(), Map.of()));
  }

  private static ConsoleRequest password() {
    return new ConsoleRequest(
        "web1",
        ConsoleRequest.Kind.PASSWORD,
        ConsoleRight.CONTROL,
        Duration.ofMinutes(5),
        OptionalInt.empty(),
        "ann");
  }

  private static ConsoleRequest token() {
    return new ConsoleRequest(
        "web1",
        ConsoleRequest.Kind.TOKEN,
        ConsoleRight.VIEW,
        Duration.ofMinutes(5),
        OptionalInt.of(1),
        "ann");
  }

  static void assertRefused(ThrowingCallable request, Reason reason, String words) {
    assertThatThrownBy(request)
        .isInstanceOf(ControlException.class)
        .hasMessageContaining(words)
        .extracting(failure -> ((ControlException) failure).reason())
        .isEqualTo(reason);
  }
}
