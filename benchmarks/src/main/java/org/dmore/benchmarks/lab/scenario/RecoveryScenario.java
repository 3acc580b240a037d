package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Keystroke;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * The console comes back by itself: the guest reboots, crashes, loses its drivers and changes its
 * mode while a viewer stays connected; then consoled is killed.
 */
public final class RecoveryScenario implements Scenario {
  private static final int KEYSTROKES = 100;

  /** A process of DomR whose command line has this is consoled. */
  private static final String CONSOLED = "[C]onsoledMain";

  private final Random random = new Random(6);

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public String description() {
    return "the guest reboots, crashes, rebinds its drivers; consoled is killed: all comes back";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    PairUnderTest pair = PairUnderTest.start(lab, report).pair();
    try (RfbViewer viewer = pair.connect()) {
      String connection = viewer.connection();
      works("before", pair, viewer);
      report.step("rebooting the guest");
      anew("rebooted", pair, viewer, pair.recorder()::reboot);
      report.step("crashing the guest");
      anew("crashed", pair, viewer, pair.recorder()::crash);
      rebind(pair, viewer, report);
      changeMode(pair, viewer, report);
      report.check("the viewer's connection is the first", connection, viewer.connection());
      report.check("the viewer's failures", List.of(), viewer.failure().stream().toList());
      killConsoled(lab, pair, viewer, report);
    }
  }

  /** What makes a guest start anew. */
  @FunctionalInterface
  private interface Blow {
    void strike() throws IOException;
  }

  private void anew(String what, PairUnderTest pair, RfbViewer viewer, Blow blow)
      throws IOException, InterruptedException {
    long mark = pair.mark();
    blow.strike();
    pair.awaitGuest(mark);
    works(what, pair, viewer);
  }

  private void rebind(PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("rebinding the guest's drivers");
    pair.recorder().rebind();
    pair.awaitDevices();
    works("rebound", pair, viewer);
  }

  private void changeMode(PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("changing the guest's mode");
    pair.recorder().mode(640, 480);
    works("640x480", pair, viewer);
    report.check("the viewer's size", "640x480", size(viewer));
    pair.recorder().mode(800, 600);
    works("800x600", pair, viewer);
    report.check("the viewer's size", "800x600", size(viewer));
  }

  private static String size(RfbViewer viewer) throws IOException {
    return viewer.picture().width() + "x" + viewer.picture().height();
  }

  /** The guest does not notice but for the key that its viewer held. */
  private void killConsoled(Lab lab, PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("killing consoled with SIGKILL while a key is held");
    pair.recorder().reset();
    viewer.send(Keys.holdF5().messages());
    pair.checkKeys("held", Keys.holdF5().events());
    String before = consoled(pair);
    report.check("consoled's process", !before.isEmpty(), "a number", before);
    DomRShell.Result killed = pair.shell().run("kill -9 " + before, Duration.ofSeconds(30));
    report.check("the status of kill -9", 0, killed.status());
    Deadline deadline = Deadline.in(PairUnderTest.SOON);
    while (viewer.failure().isEmpty() && !deadline.passed()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    report.check("the killed consoled's viewer is cut off", true, viewer.failure().isPresent());
    // First the process: the port of the killed one may take connections until all of it is gone.
    String after = consoled(pair);
    while ((after.isEmpty() || after.equals(before)) && !deadline.passed()) {
      TimeUnit.MILLISECONDS.sleep(50);
      after = consoled(pair);
    }
    report.check(
        "init has started consoled again",
        !after.isEmpty() && !after.equals(before),
        "another number than " + before,
        after);
    lab.pair().awaitConsoled(pair.host());
    try (RfbViewer again = pair.connect()) {
      pair.checkNothingHeld("after the restart");
      works("consoled restarted", pair, again);
    }
  }

  private static String consoled(PairUnderTest pair) throws IOException, InterruptedException {
    return String.join(
        " ",
        pair
            .shell()
            .run("ps | grep '" + CONSOLED + "' | awk '{print $1}'", Duration.ofSeconds(30))
            .lines()
            .stream()
            .filter(line -> line.matches("[0-9]+"))
            .toList());
  }

  /** The picture is the guest's, follows it, and keys arrive. */
  private void works(String what, PairUnderTest pair, RfbViewer viewer)
      throws IOException, InterruptedException {
    String fileName = what.replace(' ', '-');
    pair.checkPicture(what, fileName, viewer);
    pair.recorder().write("\\e[1;32m" + what + "\\e[0m\\n");
    pair.checkPicture(what + ", then changed", fileName + "-changed", viewer);
    pair.recorder().reset();
    List<KeyEvent> expected = new ArrayList<>();
    for (int i = 0; i < KEYSTROKES; i++) {
      Keystroke keystroke = Keys.plain(random);
      viewer.send(keystroke.messages());
      expected.addAll(keystroke.events());
    }
    pair.checkKeys(what, expected);
    pair.checkNothingHeld(what);
  }
}
