package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.DrainRecord.Outcome;
import org.dmore.coordinator.store.record.DrainRecord.State;
import org.dmore.coordinator.store.record.HostRecord;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DrainCommandTest {
  private static final DrainRecord BEGUN =
      new DrainRecord("alpha", State.RUNNING, 2, CommandBench.START, Map.of());

  private final CommandBench bench = new CommandBench();

  private static DrainRecord.Result result(Outcome outcome, String why) {
    return new DrainRecord.Result(outcome, Optional.of(CommandBench.ID), why);
  }

  private static DrainRecord.Result moving() {
    return result(Outcome.MOVING, "");
  }

  private static DrainRecord.Result moved() {
    return result(Outcome.MOVED, "");
  }

  @Test
  void aDrainThatIsWaitedForTellsWhatMovesAndWhatStayed() {
    bench.plane.pairs.add(CommandBench.pair("web1", "alpha"));
    bench.plane.pairs.add(CommandBench.pair("web2", "alpha"));
    bench.plane.pairs.add(CommandBench.pair("db1", "beta"));
    DrainRecord one = BEGUN.withResult("web1", moving());
    DrainRecord two = one.withResult("web1", moved()).withResult("web2", moving());
    DrainRecord end =
        two.withResult("web2", result(Outcome.STAYED, "no host has room")).withState(State.DONE);
    bench.plane.drains.add(BEGUN);
    bench.plane.drains.add(one);
    bench.plane.drains.add(one);
    bench.plane.drains.add(two);
    bench.plane.drains.add(end);
    Result result = bench.run("drain", "alpha", "--wait", "--parallel", "3");
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo(
            """
            alpha: 0 of 2 moved
            alpha: 0 of 2 moved; moving: web1
            alpha: 1 of 2 moved; moving: web2
            alpha: 1 of 2 moved; stayed: web2
              pair=web2 stayed: no host has room (dmore migrations show 01m0000000abcdefghjk)
            """);
    assertThat(bench.plane.asked())
        .startsWith("drain DrainRequest[host=alpha, parallelism=3]", "drainOf alpha");
  }

  @Test
  void aDrainIsAnObjectAChange() {
    DrainRecord one = BEGUN.withResult("web1", moving());
    bench.plane.drains.add(one);
    bench.plane.drains.add(one);
    bench.plane.drains.add(one.withResult("web1", moved()).withState(State.DONE));
    Result result = bench.run("drain", "alpha", "--wait", "--json");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "{\"event\":\"progress\",\"host\":\"alpha\",\"state\":\"running\",\"parallelism\":2,"
                + "\"started\":\"2026-11-28T12:00:00Z\",\"total\":1,\"moved\":[],"
                + "\"moving\":[\"web1\"],\"waiting\":[],\"stayed\":{}}\n"
                + "{\"event\":\"done\",\"host\":\"alpha\",\"state\":\"done\",\"parallelism\":2,"
                + "\"started\":\"2026-11-28T12:00:00Z\",\"total\":1,\"moved\":[\"web1\"],"
                + "\"moving\":[],\"waiting\":[],\"stayed\":{}}\n");
  }

  @Test
  void atATerminalProgressIsDrawn() {
    bench.plane.drains.add(BEGUN.withResult("web1", moving()));
    bench.plane.drains.add(BEGUN.withResult("web1", moved()).withState(State.DONE));
    Result result = bench.atTerminal().run("drain", "alpha");
    assertThat(result.status()).isZero();
    assertThat(bench.drawn).containsExactly("alpha: 0 of 1 moved; moving: web1", "");
    assertThat(result.out()).isEqualTo("alpha: 1 of 1 moved\n");
  }

  @Test
  void aDrainThatSomebodyPausesEndsTheWaitWhenNothingMovesAnyMore() {
    DrainRecord paused = BEGUN.withResult("web1", moving()).withState(State.PAUSED);
    bench.plane.drains.add(paused);
    bench.plane.drains.add(paused.withResult("web1", moved()));
    Result result = bench.run("drain", "alpha", "--wait");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo("alpha: 0 of 1 moved; moving: web1; paused\nalpha: 1 of 1 moved; paused\n");
  }

  @Test
  void aDrainIsPausedLookedAtAndEnded() {
    bench.plane.hosts.add(CommandBench.host("alpha", HostRecord.State.ACTIVE, true));
    bench.plane.drains.add(BEGUN);
    assertThat(bench.run("drain", "alpha", "--pause").out())
        .isEqualTo("alpha: 0 of 0 moved; paused\n");
    assertThat(bench.run("drain", "alpha", "--status", "--json").out())
        .startsWith("{\"event\":\"drain\",\"host\":\"alpha\",\"state\":\"running\"");
    assertThat(bench.run("undrain", "alpha").out())
        .isEqualTo("host=alpha is active: VMs may come\n");
    assertThat(bench.plane.asked())
        .containsExactly("pauseDrain alpha", "pairs", "drainOf alpha", "pairs", "undrain alpha");
    assertThat(bench.run("drain", "alpha", "--status", "--pause").status()).isEqualTo(2);
    assertThat(bench.run("drain", "alpha", "--parallel", "17").err())
        .startsWith("--parallel=17 is not in 1..16");
  }

  @Test
  void withoutATerminalItBeginsAndDoesNotWait() {
    bench.plane.drains.add(BEGUN);
    assertThat(bench.run("drain", "alpha").status()).isZero();
    assertThat(bench.plane.asked()).doesNotContain("drainOf alpha");
  }

  @Test
  void ctrlCEndsTheWaitAndNotTheDrain() throws Exception {
    bench.plane.drains.add(BEGUN);
    CommandLine line = bench.commandLine();
    DrainCommand command = line.getSubcommands().get("drain").getCommand();
    CompletableFuture<Result> ending =
        CompletableFuture.supplyAsync(() -> CommandBench.run(line, "drain", "alpha", "--wait"));
    await().until(() -> bench.plane.asked().size() > 4);
    command.stop();
    Result result = ending.get(10, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(130);
    assertThat(result.out())
        .endsWith(
            "The drain goes on. To look at it: dmore drain alpha --status; to stop it: --pause\n");
    assertThat(bench.plane.asked()).doesNotContain("pauseDrain alpha");
  }
}
