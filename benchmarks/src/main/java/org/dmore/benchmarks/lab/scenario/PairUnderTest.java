package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.recorder.Recorder;
import org.dmore.benchmarks.lab.recorder.RecorderException;
import org.dmore.benchmarks.lab.recorder.Screen;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Suspension;
import org.dmore.benchmarks.lab.viewer.Picture;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * The lab's pair with both ends in hand: viewers outside, the recorder inside; and the checks that
 * all scenarios share. For one thread.
 */
final class PairUnderTest {
  /** How long the emulated machine may take for what a real one does at once. */
  static final Duration SOON = Duration.ofMinutes(2);

  private static final Duration BOOT = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final String KEYBOARD = "Xen Virtual Keyboard";
  private static final String POINTER = "Xen Virtual Pointer";

  private final Lab lab;
  private final ScenarioReport report;
  private final GuestConsole domUConsole;
  private final GuestConsole domRConsole;
  private final Recorder recorder;
  private final DomRShell shell;
  private Dom0 host;

  private PairUnderTest(Lab lab, ScenarioReport report) throws IOException {
    this.lab = lab;
    this.report = report;
    host = lab.host(1);
    domUConsole = new GuestConsole(lab.domu(), host);
    domRConsole = new GuestConsole(lab.domr(), host);
    recorder = new Recorder(domUConsole);
    shell = new DomRShell(domRConsole);
  }

  /** A pair with its {@code dmore attach}. */
  record Started(PairUnderTest pair, Dom0Job attach) {}

  /**
   * Starts both guests anew and waits until the guest has booted with its devices.
   *
   * @param settings of DomR's, in place of its configuration's
   */
  static Started start(Lab lab, ScenarioReport report, String... settings)
      throws IOException, InterruptedException {
    PairUnderTest pair = new PairUnderTest(lab, report);
    long mark = pair.domUConsole.mark();
    report.step("starting both guests");
    Dom0Job attach = lab.pair().restart(settings);
    pair.awaitGuest(mark);
    return new Started(pair, attach);
  }

  /** A pair that somebody else starts, on the first host. */
  static PairUnderTest of(Lab lab, ScenarioReport report) throws IOException {
    return new PairUnderTest(lab, report);
  }

  Dom0 host() {
    return host;
  }

  /** Both guests have come to another host. */
  void movedTo(Dom0 destination) throws LabException {
    guestMovedTo(destination);
    domRConsole.movedTo(destination);
  }

  /** The guest has, and there is no DomR. */
  void guestMovedTo(Dom0 destination) throws LabException {
    host = destination;
    domUConsole.movedTo(destination);
  }

  Recorder recorder() {
    return recorder;
  }

  DomRShell shell() {
    return shell;
  }

  /** Where the guest's log ends now: {@link #awaitGuest} waits for what comes after. */
  long mark() throws IOException {
    return domUConsole.mark();
  }

  /**
   * Waits until a guest that boots has its recorder, and the devices that the recorder listens to.
   *
   * @throws BootException if it does not come up
   */
  void awaitGuest(long mark) throws IOException, InterruptedException {
    try {
      recorder.awaitReady(mark, BOOT);
    } catch (RecorderException e) {
      throw new BootException(
          "host=%d domain=%s: %s: see %s"
              .formatted(
                  host.number(), lab.domu().name(), e.getMessage(), lab.domu().log(host).path()),
          e);
    }
    awaitDevices();
  }

  /** Waits until the guest has a keyboard and a pointer. */
  void awaitDevices() throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(SOON);
    while (!hasDevices()) {
      if (deadline.passed()) {
        report.check("the guest's input devices", List.of(KEYBOARD, POINTER), recorder.devices());
        throw new IOException("the guest got no keyboard and pointer");
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean hasDevices() throws IOException, InterruptedException {
    List<String> devices = recorder.devices();
    return devices.stream().anyMatch(device -> device.endsWith(KEYBOARD))
        && devices.stream().anyMatch(device -> device.endsWith(POINTER));
  }

  /** Waits until consoled takes connections. */
  void awaitConsole() throws BootException, InterruptedException {
    lab.pair().awaitConsoled(host);
  }

  /** Connects a viewer; the lab's consoled asks for no password. */
  RfbViewer connect() throws IOException {
    return RfbViewer.connect(lab.console(), "");
  }

  /**
   * Checks that a viewer comes to show what the guest's framebuffer holds, to the last pixel, and
   * keeps the screenshot.
   */
  boolean checkPicture(String what, String fileName, RfbViewer viewer)
      throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(SOON);
    Screen screen;
    boolean same;
    do {
      screen = recorder.screen();
      String wanted = screen.sha256();
      same = viewer.await(LOOK, v -> v.picture().sha256().equals(wanted));
    } while (!same && !deadline.passed());
    Picture shown = viewer.picture();
    shown.writePng(report.kept().resolve(fileName + ".png"));
    if (same) {
      return report.check(what + ": the viewer's picture is the framebuffer", true, "", shown);
    }
    Picture held = recorder.picture();
    held.writePng(report.kept().resolve(fileName + "-framebuffer.png"));
    Optional<String> difference = held.difference(shown);
    return report.check(
        what + ": the viewer's picture is the framebuffer",
        difference.isEmpty(),
        held.toString(),
        difference.orElse("at last, but too late"));
  }

  /**
   * Waits for what was typed and checks that the guest has exactly that, and that the recorder
   * itself missed nothing.
   */
  boolean checkKeys(String what, List<KeyEvent> sent) throws IOException, InterruptedException {
    Count unused = recorder.awaitKeys(sent.size(), SOON);
    return checkKeys(what, sent, recorder.keys());
  }

  /**
   * As {@link #checkKeys(String, List)}, with Shift and another key held across a move. The guest
   * lets go of both by itself when it is suspended; then Shift must be pressed again, before any
   * letter, and of the other key nothing more may be seen.
   *
   * @param held the other key's code; nothing else types it, and nothing but this Shift types Shift
   */
  boolean checkKeysAcrossMove(String what, List<KeyEvent> sent, int held)
      throws IOException, InterruptedException {
    int shift = Keys.SHIFT;
    int all = Suspension.expected(sent, List.of(), held, shift).size();
    Count unused = recorder.awaitKeys(all, SOON);
    List<KeyEvent> seen = recorder.keys();
    boolean once =
        report.check(
            what + ": the key that was held",
            List.of(KeyEvent.press(held), KeyEvent.release(held)),
            seen.stream().filter(event -> event.code() == held).toList());
    boolean again =
        report.check(
            what + ": Shift, which was held",
            List.of(
                KeyEvent.press(shift),
                KeyEvent.release(shift),
                KeyEvent.press(shift),
                KeyEvent.release(shift)),
            seen.stream().filter(event -> event.code() == shift).toList());
    List<KeyEvent> expected = Suspension.expected(sent, seen, held, shift);
    return checkKeys(what, expected, seen) && once && again;
  }

  private boolean checkKeys(String what, List<KeyEvent> sent, List<KeyEvent> seen)
      throws IOException, InterruptedException {
    Count count = recorder.count();
    boolean complete =
        report.check(
            what + ": the recorder missed nothing itself",
            count.isComplete(),
            "dropped=0 overflows=0",
            "dropped=%d overflows=%d".formatted(count.dropped(), count.overflows()));
    Delivery delivery = Delivery.of(sent, seen);
    boolean exact =
        report.check(
            what + ": the guest's keys are those typed, in order",
            delivery.isExact() && count.hasKeys(sent),
            "sent=%1$d seen=%1$d lost=0 doubled=0 moved=0 foreign=0".formatted(sent.size()),
            delivery);
    return complete && exact;
  }

  /** Checks that the guest's kernel holds no key and no button for pressed. */
  boolean checkNothingHeld(String what) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(SOON);
    List<String> held = recorder.held();
    while (!held.isEmpty() && !deadline.passed()) {
      TimeUnit.MILLISECONDS.sleep(200);
      held = recorder.held();
    }
    return report.check(what + ": keys that the guest holds for pressed", List.of(), held);
  }
}
