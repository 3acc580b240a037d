package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Typist;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * Both guests are live-migrated to the other host and back while someone types and never stops: one
 * TCP connection, nothing lost, nothing doubled, nothing out of order, and a key that is held all
 * the while neither sticks nor repeats. So is Shift, and letters that are typed meanwhile are
 * capitals on both hosts.
 */
public final class MigrationScenario implements Scenario {
  private static final int KEYS_PER_SECOND = 25;

  /** Key events that are to come before a move and after it, beside those during it. */
  private static final int EVENTS_AROUND = 100;

  /** Key events that are to come after Shift is up again. */
  private static final int EVENTS_AFTER_SHIFT = 20;

  @Override
  public String name() {
    return "migration";
  }

  @Override
  public String description() {
    return "both guests move there and back by hand while someone types: nothing lost or doubled";
  }

  @Override
  public int hosts() {
    return 2;
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    PairUnderTest.Started started = PairUnderTest.start(lab, report);
    PairUnderTest pair = started.pair();
    HandMove hand = new HandMove(lab, report);
    try (RfbViewer viewer = pair.connect()) {
      String connection = viewer.connection();
      report.note("the viewer's connection", connection);
      pair.checkPicture("before", "before", viewer);
      Dom0Job attach = move(pair, hand, started.attach(), lab.host(2), viewer, report);
      report.check("the viewer's connection", connection, viewer.connection());
      attach = move(pair, hand, attach, lab.host(1), viewer, report);
      report.check("the viewer's connection", connection, viewer.connection());
      report.check("the viewer's failures", List.of(), viewer.failure().stream().toList());
      report.check("dmore attach goes on", true, attach.status().isEmpty());
    }
  }

  private static Dom0Job move(
      PairUnderTest pair,
      HandMove hand,
      Dom0Job attach,
      Dom0 to,
      RfbViewer viewer,
      ScenarioReport report)
      throws IOException, InterruptedException {
    Dom0 from = pair.host();
    String what = "host " + from.number() + " to " + to.number();
    pair.recorder().reset();
    try (Typist typist = Typist.start(viewer, KEYS_PER_SECOND, new Random(from.number()))) {
      typist.awaitSent(EVENTS_AROUND, PairUnderTest.SOON);
      typist.insert(Keys.holdF5());
      typist.holdShift();
      int before = typist.sent();
      Dom0Job next = hand.run(from, to, attach);
      pair.movedTo(to);
      int during = typist.sent() - before;
      report.note("key events typed before, during", before + ", " + during);
      typist.awaitSent(typist.sent() + EVENTS_AROUND, PairUnderTest.SOON);
      typist.releaseShift();
      typist.insert(Keys.releaseF5());
      typist.awaitSent(typist.sent() + EVENTS_AFTER_SHIFT, PairUnderTest.SOON);
      Map<String, String> verified = hand.verify(to);
      report.check(
          "consoled's receipt: modifiers pressed again", "1", verified.get("pressed-again"));
      report.note("longest that TCP kept the typist waiting, ms", typist.longestSendMillis());
      List<KeyEvent> sent = typist.stop();
      pair.checkKeysAcrossMove(what, sent, Keys.F5);
      pair.checkNothingHeld(what);
      pair.checkPicture(what, "moved-to-" + to.number(), viewer);
      pair.recorder().write("\\e[1;32mmoved: " + what + "\\e[0m\\n");
      pair.checkPicture(what + ", then changed", "moved-to-" + to.number() + "-changed", viewer);
      return next;
    }
  }
}
