package org.dmore.benchmarks.lab.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.recorder.PointerEvent;
import org.dmore.benchmarks.lab.recorder.Recorder;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Keystroke;
import org.dmore.benchmarks.lab.viewer.Picture;
import org.dmore.benchmarks.lab.viewer.RealViewer;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/** A guest's console from outside: the picture, keys at full speed, the pointer, a real viewer. */
public final class ConsoleScenario implements Scenario {
  private static final int KEYSTROKES = 2000;

  /** A line that the kernel itself writes when it has booted. */
  private static final String BOOT_TEXT = "Run /init as init process";

  /** What DomR is to do with. */
  private static final String SMALL = "memory=128";

  private static final String TYPED =
      "The quick brown fox: 100% of it, [jumps] over {the} lazy dog!";

  @Override
  public String name() {
    return "console";
  }

  @Override
  public String description() {
    return "picture, 2,000 keys at full speed, pointer and a real viewer, against the guest's own";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    PairUnderTest pair = PairUnderTest.start(lab, report, SMALL).pair();
    try (RfbViewer viewer = pair.connect()) {
      String connection = viewer.connection();
      bootText(pair, viewer, report);
      typeAtFullSpeed(pair, viewer, report);
      point(pair, viewer, report);
      changePicture(pair, viewer);
      realViewer(lab, pair, report);
      report.check("the first viewer's connection", connection, viewer.connection());
      report.check("the first viewer's failures", List.of(), viewer.failure().stream().toList());
      pair.checkNothingHeld("at the end");
    }
  }

  private static void bootText(PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("looking at the guest's boot text");
    String text = String.join("\n", pair.recorder().shell("fold -w 100 /dev/vcs1"));
    report.check(
        "the guest's text console shows its kernel's own words",
        text.contains(BOOT_TEXT),
        "text with \"" + BOOT_TEXT + "\"",
        text.contains(BOOT_TEXT) ? BOOT_TEXT : text);
    pair.checkPicture("boot text", "boot-text", viewer);
    Picture held = pair.recorder().picture();
    report.check(
        "each of the viewer's pixels is the guest's",
        held.difference(viewer.picture()).isEmpty(),
        held.toString(),
        held.difference(viewer.picture()).orElse("same=" + held.width() * held.height()));
    report.check(
        "the picture has text in it", held.ink() > 2000, "more than 2000 pixels", held.ink());
    report.check("the server takes scancodes", true, viewer.takesScancodes());
  }

  private static void typeAtFullSpeed(PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    List<Keystroke> keystrokes = new ArrayList<>(Keys.mix(new Random(4), KEYSTROKES - 1, true));
    keystrokes.add(Keys.controlAltDelete());
    List<KeyEvent> events = keystrokes.stream().flatMap(key -> key.events().stream()).toList();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    keystrokes.forEach(keystroke -> messages.writeBytes(keystroke.messages()));
    report.step(
        "typing %d keys at full speed: %d events".formatted(keystrokes.size(), events.size()));
    pair.recorder().reset();
    long begin = System.nanoTime();
    viewer.send(messages.toByteArray());
    long sent = System.nanoTime();
    Count unused = pair.recorder().awaitKeys(events.size(), PairUnderTest.SOON);
    report.note(
        "milliseconds to send, and until all had arrived",
        (sent - begin) / 1_000_000 + ", " + (System.nanoTime() - begin) / 1_000_000);
    pair.checkKeys("full speed", events);
  }

  private static void point(PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("moving, clicking, and turning the wheel");
    Recorder recorder = pair.recorder();
    recorder.reset();
    PointerPath path =
        PointerPath.random(new Random(5), viewer.picture().width(), viewer.picture().height());
    List<PointerEvent> expected = new ArrayList<>();
    // The kernel's buffer for the pointer holds little: no more on the way than fits.
    for (PointerPath.Leg leg : path.legs()) {
      viewer.send(leg.messages());
      expected.addAll(leg.events());
      Count unused = recorder.awaitPointer(expected.size(), PairUnderTest.SOON);
    }
    Count count = recorder.count();
    report.check("the recorder missed nothing of the pointer", true, count.isComplete());
    Delivery delivery = Delivery.of(expected, recorder.pointer());
    report.check(
        "the guest's pointer did what the viewer's did, in order",
        delivery.isExact() && count.hasPointer(expected),
        "sent=%1$d seen=%1$d".formatted(expected.size()),
        delivery);
    report.check("keys that came of it", 0, count.keys());
  }

  private static void changePicture(PairUnderTest pair, RfbViewer viewer)
      throws IOException, InterruptedException {
    pair.recorder().write("\\e[2J\\e[H\\e[1;33;44m the picture changes \\e[0m\\n\\e[31mred\\e[0m");
    pair.checkPicture("after a change", "changed", viewer);
  }

  /** TigerVNC's viewer beside the first one: what its window shows, and what is typed into it. */
  private static void realViewer(Lab lab, PairUnderTest pair, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("opening TigerVNC's viewer");
    try (RealViewer viewer = RealViewer.open(lab.console())) {
      Picture held = pair.recorder().picture();
      boolean shown = viewer.awaitPicture(held, PairUnderTest.SOON);
      Picture window = viewer.screenshot();
      window.writePng(report.kept().resolve("tigervnc.png"));
      if (!report.check("TigerVNC's window shows the framebuffer", true, shown)) {
        report.note("what TigerVNC said", viewer.output());
        return;
      }
      pair.recorder().reset();
      viewer.type(TYPED);
      pair.checkKeys("typed into TigerVNC's window", Keys.typed(TYPED));
      viewer.click(123, 45);
      Count unused = pair.recorder().awaitPointer(3, PairUnderTest.SOON);
      List<PointerEvent> seen = pair.recorder().pointer();
      List<PointerEvent> click =
          List.of(
              PointerEvent.move(123, 45),
              PointerEvent.button(PointerPath.LEFT, true),
              PointerEvent.button(PointerPath.LEFT, false));
      int from = Math.max(0, seen.size() - click.size());
      report.check("a click in TigerVNC's window", click, seen.subList(from, seen.size()));
    }
  }
}
