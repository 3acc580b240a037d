package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.dmore.benchmarks.continuity.BufferingProxy;
import org.dmore.benchmarks.continuity.KeySequence;
import org.dmore.benchmarks.continuity.SteadyTypist;
import org.dmore.benchmarks.continuity.Way;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.report.ResultFile;

/**
 * What one live migration on real Xen does to somebody who types: with the pair, moved by {@code
 * dmore migrate}; and with QEMU in dom0 and {@code xl migrate}, where the client connects again, or
 * a proxy does so for it. Times are the emulator's.
 */
public final class ContinuityScenario implements Scenario {
  private static final String SITUATION = "live migration on Xen";
  private static final Duration MOVE = Duration.ofMinutes(12);

  /** Key events a second, each a press or a release. */
  private static final int RATE = 30;

  private static final int BESIDE_MILLIS = 2_000;
  private static final long SEED = 6;

  @Override
  public String name() {
    return "continuity";
  }

  @Override
  public String description() {
    return "keys lost in a live migration: the pair, beside QEMU in dom0 with and without a proxy";
  }

  @Override
  public int hosts() {
    return 2;
  }

  /** What a move tells of itself, in a result's figures. */
  private interface Move {
    Map<String, Double> carryOut() throws IOException, InterruptedException;
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    List<ResultFile.Row> rows = new ArrayList<>();
    rows.add(throughPair(lab, report));
    for (Dom0 host : lab.hosts()) {
      XlConsole.install(host);
    }
    rows.add(throughDom0(Way.RECONNECT, lab, report));
    rows.add(throughDom0(Way.PROXY, lab, report));
    lab.pair().stop();
    LabResult.keep(name(), Map.of(), rows, lab, report);
  }

  private static ResultFile.Row throughPair(Lab lab, ScenarioReport report) throws Exception {
    lab.pair().stop();
    try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report)) {
      PairUnderTest pair = PairUnderTest.of(lab, report);
      plane.startPair(pair, ControlPlaneUnderTest.Toolstack.LIBVIRT);
      return measure(
          Way.PAIR, lab, pair, lab::console, () -> migrate(plane, pair, lab.host(2)), report);
    }
  }

  private static Map<String, Double> migrate(
      ControlPlaneUnderTest plane, PairUnderTest pair, Dom0 to)
      throws IOException, InterruptedException {
    String command = "migrate %s %s --wait --json".formatted(ControlPlaneUnderTest.PAIR, "host2");
    CommandResult result = plane.dmore(pair.host(), MOVE, command);
    if (result.status() != 0) {
      throw new IOException("dmore %s said %s%s".formatted(command, result.out(), result.err()));
    }
    JsonNode receipt = plane.lastReceipt(to);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("domu_downtime_ms", receipt.path("domuDowntimeMillis").asDouble(Double.NaN));
    figures.put("domr_downtime_ms", receipt.path("domrDowntimeMillis").asDouble(Double.NaN));
    figures.put("hold_ms", receipt.path("holdMillis").asDouble(Double.NaN));
    figures.put("held_keys", receipt.path("held").asDouble(Double.NaN));
    return figures;
  }

  private static ResultFile.Row throughDom0(Way way, Lab lab, ScenarioReport report)
      throws IOException, InterruptedException {
    lab.pair().stop();
    report.step("starting a guest whose console is QEMU's");
    PairUnderTest pair = PairUnderTest.of(lab, report);
    long mark = pair.mark();
    XlConsole console = XlConsole.start(lab.domu(), lab.host(1));
    pair.awaitGuest(mark);
    Move move = () -> Map.of("domu_downtime_ms", console.move(lab.host(2)).toNanos() / 1e6);
    if (way == Way.RECONNECT) {
      return measure(way, lab, pair, console::address, move, report);
    }
    try (BufferingProxy proxy = new BufferingProxy(console::address)) {
      return measure(way, lab, pair, proxy::address, move, report);
    }
  }

  /** Types before, during and after one move to the second host, and compares. */
  private static ResultFile.Row measure(
      Way way,
      Lab lab,
      PairUnderTest pair,
      Supplier<InetSocketAddress> server,
      Move move,
      ScenarioReport report)
      throws IOException, InterruptedException {
    report.step(way.subject() + ": typing, and moving the guest");
    pair.recorder().reset();
    List<KeyEvent> typed;
    int cuts;
    Map<String, Double> figures;
    try (SteadyTypist typist = new SteadyTypist(server, RATE, new KeySequence(new Random(SEED)))) {
      typist.begin();
      TimeUnit.MILLISECONDS.sleep(BESIDE_MILLIS);
      double sentBefore = sentBytes(lab.host(1));
      figures = new LinkedHashMap<>(move.carryOut());
      figures.put("sent_bytes", sentBytes(lab.host(1)) - sentBefore);
      TimeUnit.MILLISECONDS.sleep(BESIDE_MILLIS);
      typist.end();
      pair.guestMovedTo(lab.host(2));
      typist.typeFence();
      typed = typist.take().events();
      cuts = typist.takeCuts();
    }
    List<KeyEvent> seen = awaitFence(pair);
    report.check("the recorder missed nothing itself", true, pair.recorder().count().isComplete());
    Delivery delivery = Delivery.of(typed, seen);
    report.note(way.subject(), delivery + " connections cut=" + cuts + " " + figures);
    if (way == Way.PAIR) {
      report.check(
          "the pair: every key once and in order",
          delivery.isExact(),
          "an exact delivery",
          delivery);
      report.check("the pair: connections cut", 0, cuts);
    } else {
      report.check(
          way.subject() + ": what was typed last arrived at the destination",
          KeyEvent.release(Keys.F5),
          seen.get(seen.size() - 1));
    }
    figures.put("typed_keys", (double) typed.size());
    figures.put("lost_keys", (double) delivery.lost());
    figures.put("doubled_keys", (double) delivery.doubled() + delivery.foreign());
    figures.put("moved_keys", (double) delivery.moved());
    figures.put("cut_connections", (double) cuts);
    return ResultFile.Row.of(way.subject(), SITUATION, figures);
  }

  /** What a host has sent to the other, and next to nothing else. */
  static double sentBytes(Dom0 host) throws IOException {
    return Double.parseDouble(
        host.check(
                """
                for port in $(ls /sys/class/net/xenbr0/brif | grep -v vif); do
                  cat /sys/class/net/$port/statistics/tx_bytes
                done | head -n 1
                """)
            .strip());
  }

  /** All keys that the guest has, once the last typed is among them. */
  private static List<KeyEvent> awaitFence(PairUnderTest pair)
      throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(PairUnderTest.SOON);
    while (true) {
      List<KeyEvent> keys = pair.recorder().keys();
      if (keys.contains(KeyEvent.release(Keys.F5))) {
        return keys;
      }
      if (deadline.passed()) {
        throw new IOException("what was typed last did not reach the guest");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
