package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.pair.MigrationJournal.Entry;
import org.dmore.coordinator.pair.MigrationJournal.Mark;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MigrateCommandTest {
  private static final String ID = CommandBench.ID;
  private static final Instant END = CommandBench.START.plusMillis(3200);
  private static final String LEFT = "The move goes on. To look at it: dmore migrations show " + ID;

  private final CommandBench bench = new CommandBench();

  /** A move that goes through three looks to its end. */
  private void layOut(MigrationStatus end) {
    bench.plane.migrations.add(CommandBench.ended(CommandBench.move()));
    bench.plane.looks.add(CommandBench.running(MigrationStep.START_DOMU, 50, 0));
    bench.plane.looks.add(CommandBench.running(MigrationStep.START_DOMU, 100, 0));
    bench.plane.looks.add(CommandBench.running(MigrationStep.START_DOMU, 100, 0));
    bench.plane.looks.add(CommandBench.running(MigrationStep.MOVE_DOMR, 150, 7));
    bench.plane.looks.add(end);
  }

  private static MigrationStatus done(long lost) {
    return CommandBench.ended(CommandBench.move().done(END, CommandBench.receipt(lost)));
  }

  private static MigrationStatus ended(MigrationRecord.State state, String why) {
    return CommandBench.ended(CommandBench.move().ended(state, END, why));
  }

  @Test
  void aMoveThatIsWaitedForTellsItsStepsAndItsReceipt() {
    layOut(done(0));
    Result result = bench.run("migrate", "web1", "beta", "--wait", "--bound", "300ms");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "migration="
                + ID
                + ": pair=web1 moves from alpha to beta\n"
                + "  copying the user VM: 50 of 200 MiB, input held: 0\n"
                + "  moving DomR: 150 of 200 MiB, input held: 7\n"
                + "alpha -> beta  events 20 = 12 before + 8 held, delivered 8, lost 0, doubled 0"
                + "  hold 120 ms  downtime: guest 51 ms, console 80 ms  console landed 7 ms late\n"
                + "Both VMs of pair=web1 are on beta.\n");
    assertThat(bench.plane.asked())
        .startsWith(
            "migrate MigrationRequest[pair=web1, to=Optional[beta],"
                + " pausedBound=Optional[PT0.3S]]",
            "migration " + ID);
  }

  @Test
  void aMoveIsAnObjectAChange() {
    layOut(done(0));
    Result result = bench.run("migrate", "web1", "--wait", "--json");
    assertThat(result.status()).as(result.err()).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(0)).startsWith("{\"event\":\"begun\",\"migration\":\"" + ID + "\"");
    assertThat(lines.get(1))
        .isEqualTo(
            "{\"event\":\"progress\",\"migration\":\""
                + ID
                + "\",\"pair\":\"web1\","
                + "\"from\":\"alpha\",\"to\":\"beta\",\"state\":\"running\","
                + "\"step\":\"START_DOMU\",\"started\":\"2026-11-28T12:00:00Z\","
                + "\"words\":\"copying the user VM\",\"bytesDone\":52428800,"
                + "\"bytesTotal\":209715200,\"held\":0}");
    assertThat(lines.get(2)).contains("\"bytesDone\":104857600");
    assertThat(lines.get(3)).contains("\"step\":\"MOVE_DOMR\"", "\"held\":7");
    assertThat(lines.get(4))
        .isEqualTo(
            "{\"event\":\"receipt\",\"migration\":\""
                + ID
                + "\",\"from\":\"alpha\","
                + "\"to\":\"beta\",\"accepted\":20,\"consumedBefore\":12,\"held\":8,"
                + "\"deliveredAfter\":8,\"lost\":0,\"duplicated\":0,\"complete\":true,"
                + "\"holdMillis\":120.0,\"domuDowntimeMillis\":51.0,\"domrDowntimeMillis\":80.0,"
                + "\"skewMillis\":7.0,\"renewed\":false}");
    assertThat(lines.get(5))
        .startsWith("{\"event\":\"done\"")
        .endsWith("\"message\":\"Both VMs of pair=web1 are on beta.\"}");
  }

  @Test
  void atATerminalItWaitsAndDrawsABar() {
    layOut(done(0));
    Result result = bench.atTerminal().run("migrate", "web1");
    assertThat(result.status()).isZero();
    assertThat(bench.drawn)
        .contains(
            "[#######.......................]  25%  copying the user VM    50 of 200 MiB"
                + "  input held: 0",
            "[######################........]  75%  moving DomR            150 of 200 MiB"
                + "  input held: 7")
        .endsWith("");
    assertThat(result.out()).doesNotContain("copying");
  }

  @Test
  void withoutATerminalOrWhenToldSoItDoesNotWait() {
    layOut(done(0));
    assertThat(bench.run("migrate", "web1").status()).isZero();
    assertThat(bench.atTerminal().run("migrate", "web1", "--no-wait").status()).isZero();
    assertThat(bench.plane.asked()).hasSize(2).allMatch(what -> what.startsWith("migrate "));
  }

  @Test
  void aMoveThatWasCalledOffFailsAndSaysWhy() {
    layOut(ended(MigrationRecord.State.CALLED_OFF, "beta has no room"));
    Result result = bench.run("migrate", "web1", "--wait");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .endsWith(
            "The move was called off; both VMs of pair=web1 go on on alpha: beta has no room\n");
  }

  @Test
  void aMoveWhoseReceiptIsGoneSaysSo() {
    layOut(ended(MigrationRecord.State.DONE, "its receipt went with its leader"));
    Result result = bench.run("migrate", "web1", "--wait", "--json");
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .contains("{\"event\":\"done\"", "\"failure\":\"its receipt went with its leader\"")
        .contains("Both VMs of pair=web1 are on beta: its receipt went with its leader.");
  }

  @Test
  void aMoveThatLostInputIsNotDone() {
    layOut(done(1));
    Result result = bench.run("migrate", "web1", "--wait");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).endsWith("INPUT WENT WRONG.\n");
  }

  @Test
  void aHostdThatIsStartedAnewMeanwhileIsAskedAgain() {
    bench.plane.looks.add(new IOException("Connection refused"));
    bench.plane.looks.add(
        new ControlException(ControlException.Reason.UNAVAILABLE, "the store is away"));
    layOut(done(0));
    Result result = bench.run("migrate", "web1", "--wait");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).endsWith("Both VMs of pair=web1 are on beta.\n");
  }

  @Test
  void aHostdThatStaysAwayIsNotWaitedForWithoutEnd() {
    layOut(done(0));
    bench.plane.looks.clear();
    bench.plane.looks.add(new IOException("Connection refused"));
    Result result = bench.withPatience(Duration.ofMillis(20)).run("migrate", "web1", "--wait");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "dmore: hostd does not answer: Connection refused; what became of migration="
                + ID
                + " is not known: dmore migrations show "
                + ID
                + "\n");
  }

  @Test
  void ctrlCEndsTheWaitAndNotTheMove() throws Exception {
    layOut(done(0));
    bench.plane.looks.removeLast();
    CommandLine line = bench.commandLine();
    MigrateCommand command = line.getSubcommands().get("migrate").getCommand();
    CompletableFuture<Result> ending =
        CompletableFuture.supplyAsync(() -> CommandBench.run(line, "migrate", "web1", "--wait"));
    await().until(() -> bench.plane.asked().size() > 6);
    command.stop();
    Result result = ending.get(10, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(130);
    assertThat(result.out())
        .endsWith(LEFT + "; to call it off: dmore migrations cancel " + ID + "\n");
    assertThat(bench.plane.asked()).noneMatch(what -> what.startsWith("cancel"));
  }

  @Test
  void aDryRunTellsTheChecksAndThePlanAndChangesNothing() {
    MigrationPlan.Check ok = new MigrationPlan.Check("both VMs run", true, "");
    MigrationPlan.Check failed = new MigrationPlan.Check("room on beta", false, "needs 2 GiB");
    List<String> steps = List.of("copy the user VM", "move DomR");
    bench.plane.answer(new MigrationPlan("web1", "alpha", "beta", List.of(ok), steps));
    Result possible = bench.run("migrate", "web1", "--dry-run");
    assertThat(possible.status()).isZero();
    assertThat(possible.out())
        .isEqualTo(
            """
            pair=web1 would move from alpha to beta
            Checks
              ok      both VMs run
            Plan
               1. copy the user VM
               2. move DomR
            """);
    bench.plane.answer(new MigrationPlan("web1", "alpha", "beta", List.of(ok, failed), steps));
    Result impossible = bench.run("migrate", "web1", "--dry-run", "--json");
    assertThat(impossible.status()).isEqualTo(4);
    assertThat(impossible.out())
        .isEqualTo(
            "{\"event\":\"plan\",\"pair\":\"web1\",\"from\":\"alpha\",\"to\":\"beta\","
                + "\"possible\":false,\"checks\":[{\"what\":\"both VMs run\",\"ok\":true,"
                + "\"detail\":\"\"},{\"what\":\"room on beta\",\"ok\":false,"
                + "\"detail\":\"needs 2 GiB\"}],\"steps\":[\"copy the user VM\","
                + "\"move DomR\"]}\n");
    assertThat(bench.run("migrate", "web1", "--dry-run").out())
        .contains("  FAILED  room on beta: needs 2 GiB\n");
    assertThat(bench.plane.asked()).allMatch(what -> what.startsWith("plan "));
  }

  @Test
  void movesAreListedByPairAndFromTheEnd() {
    bench.plane.migrations.add(done(0));
    bench.plane.migrations.add(
        CommandBench.ended(
            MigrationRecord.begun("01m0000000other00000", "db1", "alpha", "beta", END)));
    assertThat(bench.run("migrations", "--pair", "web1").out())
        .isEqualTo(
            """
            ID                    PAIR  FROM   TO    STATE  STARTED               TOOK   HELD  LOST  HOLD
            01m0000000abcdefghjk  web1  alpha  beta  done   2026-11-28T12:00:00Z  3.2 s  8     0     120 ms
            """);
    assertThat(bench.run("migrations", "--last", "1", "--json").out())
        .startsWith("{\"event\":\"migration\",\"migration\":\"01m0000000other00000\"")
        .hasLineCount(1);
    assertThat(bench.run("migrations", "--last", "0").status()).isEqualTo(2);
    assertThat(bench.run("migrations", "list").out())
        .isEqualTo(bench.run("migrations").out())
        .hasLineCount(3);
  }

  private static Entry entry(int millis, MigrationStep step, Mark mark, String detail) {
    return new Entry(
        CommandBench.START.plusMillis(millis),
        ID,
        "web1",
        "alpha",
        "beta",
        step,
        mark,
        detail,
        Map.of());
  }

  @Test
  void aMoveIsToldStepByStep() {
    bench.plane.looks.add(
        new MigrationStatus(
            CommandBench.move()
                .at(MigrationStep.MOVE_DOMR)
                .ended(MigrationRecord.State.CALLED_OFF, END, "moving DomR failed: link cut"),
            Optional.empty(),
            List.of(
                entry(0, MigrationStep.CHECK, Mark.BEGIN, ""),
                entry(12, MigrationStep.CHECK, Mark.DONE, ""),
                entry(13, MigrationStep.START_DOMU, Mark.BEGIN, ""),
                entry(1500, MigrationStep.MOVE_DOMR, Mark.BEGIN, ""),
                entry(2700, MigrationStep.MOVE_DOMR, Mark.FAILED, "link cut"),
                entry(2900, MigrationStep.START_DOMU, Mark.UNDONE, ""),
                entry(3200, MigrationStep.CHECK, Mark.ENDED, ""))));
    Result result = bench.run("migrations", "show", ID);
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "migration="
                + ID
                + " pair=web1 from=alpha to=beta: called off\n"
                + "started 2026-11-28T12:00:00Z, took 3.2 s\n"
                + "     +12 ms  checking: done in 12 ms\n"
                + "     +13 ms  copying the user VM: begun, and not said to be done: who led the"
                + " move was gone, or was told otherwise\n"
                + "     +2.7 s  moving DomR: FAILED after 1.2 s: link cut\n"
                + "     +2.9 s  copying the user VM: undone\n"
                + "     +3.2 s  over: both VMs are on one host, and nothing is left to do\n"
                + "The move was called off; both VMs of pair=web1 go on on alpha: moving DomR"
                + " failed: link cut\n");
    String json = bench.run("migrations", "show", ID, "--json").out();
    assertThat(json)
        .hasLineCount(1)
        .contains("\"failure\":\"moving DomR failed: link cut\"", "\"journal\":[{\"time\":")
        .contains("\"step\":\"MOVE_DOMR\",\"mark\":\"FAILED\",\"detail\":\"link cut\"");
  }

  @Test
  void aMoveIsCancelled() {
    bench.plane.migrations.add(CommandBench.ended(CommandBench.move()));
    Result result = bench.run("migrations", "cancel", ID);
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("migration=" + ID + " is being called off");
    bench.plane.fail(new ControlException(ControlException.Reason.CONFLICT, "it has committed"));
    assertThat(bench.run("migrations", "cancel", ID).status()).isEqualTo(4);
  }
}
