package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Typist;
import org.dmore.benchmarks.lab.viewer.RealViewer;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * {@code dmore migrate} moves the pair there and back, three times if not told otherwise, while
 * someone types into TigerVNC's window and someone else over a connection of their own: neither
 * connection is cut, and of either's keys none is lost, doubled or out of order. Then both rest and
 * the host is emptied by {@code dmore drain}; with its receipt the books are closed: all receipts
 * together account for as many events as the guest's recorder has. The guest moves by libvirt, DomR
 * by xl, and both land together.
 */
public final class CoordinatorScenario implements Scenario {
  private static final int ROUNDS = 3;
  private static final int KEYS_PER_SECOND = 15;
  private static final int EVENTS_AROUND = 40;
  private static final Duration MOVE = Duration.ofMinutes(12);

  private final int rounds;

  /** Goes there and back three times. */
  public CoordinatorScenario() {
    this(ROUNDS);
  }

  private CoordinatorScenario(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public String name() {
    return "coordinator";
  }

  @Override
  public String description() {
    return "one command moves the pair there and back, again and again, while two type; then a drain";
  }

  @Override
  public int hosts() {
    return 2;
  }

  @Override
  public Optional<Scenario> withRounds(int wanted) {
    return Optional.of(new CoordinatorScenario(wanted));
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    lab.pair().stop();
    try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report)) {
      run(lab, report, plane, ControlPlaneUnderTest.Toolstack.LIBVIRT, rounds);
    }
  }

  /**
   * Moves there and back, and the drain.
   *
   * @return the receipts, in order
   */
  static List<JsonNode> run(
      Lab lab,
      ScenarioReport report,
      ControlPlaneUnderTest plane,
      ControlPlaneUnderTest.Toolstack toolstack,
      int rounds)
      throws Exception {
    PairUnderTest pair = PairUnderTest.of(lab, report);
    List<JsonNode> receipts = new ArrayList<>();
    plane.startPair(pair, toolstack);
    try (RfbViewer raw = pair.connect();
        RealViewer window = RealViewer.open(lab.console())) {
      String connection = raw.connection();
      report.check(
          "TigerVNC's window shows the framebuffer",
          true,
          window.awaitPicture(pair.recorder().picture(), PairUnderTest.SOON));
      InputBooks books = new InputBooks();
      for (int round = 1; round <= rounds; round++) {
        for (int to = 2; to >= 1; to--) {
          String command = "migrate " + ControlPlaneUnderTest.PAIR + " host" + to;
          books.seen(pair.recorder().count());
          pair.recorder().reset();
          receipts.add(move(plane, pair, raw, window, command, lab.host(to), report));
        }
      }
      receipts.add(drain(plane, pair, lab.host(2), report));
      receipts.forEach(books::receipt);
      books.seen(pair.recorder().count());
      books.check(report);
      report.check("the raw viewer's connection", connection, raw.connection());
      report.check("the raw viewer's failures", List.of(), raw.failure().stream().toList());
      report.check(
          "TigerVNC's window shows the framebuffer at the end",
          true,
          window.awaitPicture(pair.recorder().picture(), PairUnderTest.SOON));
      window.screenshot().writePng(report.kept().resolve("tigervnc-after-all-moves.png"));
      report.check(
          "TigerVNC's viewer connected once",
          1L,
          window.output().lines().filter(line -> line.contains("Connected to host")).count());
    }
    return receipts;
  }

  /** One command that moves the pair, while both type; its receipt. */
  private static JsonNode move(
      ControlPlaneUnderTest plane,
      PairUnderTest pair,
      RfbViewer raw,
      RealViewer window,
      String command,
      Dom0 to,
      ScenarioReport report)
      throws IOException, InterruptedException {
    Dom0 from = pair.host();
    report.step("dmore " + command);
    Random random = new Random(to.number());
    try (Typist letters = Typist.start(raw, KEYS_PER_SECOND, random, Keys::letter);
        WindowTypist digits = WindowTypist.start(window)) {
      awaitTyped(letters, digits, EVENTS_AROUND);
      int before = letters.sent() + digits.sent();
      carryOut(plane, pair, command, to, report);
      int during = letters.sent() + digits.sent() - before;
      awaitTyped(letters, digits, letters.sent() + EVENTS_AROUND);
      List<KeyEvent> typed = letters.stop();
      List<KeyEvent> struck = digits.stop();
      report.note("key events typed before, during", before + ", " + during);
      report.note("longest that TCP kept the typist waiting, ms", letters.longestSendMillis());
      checkKeys(pair, typed, struck, command, report);
      return checkReceipt(plane, from, report);
    }
  }

  /** The host is emptied while nobody types; the receipt of that. */
  private static JsonNode drain(
      ControlPlaneUnderTest plane, PairUnderTest pair, Dom0 to, ScenarioReport report)
      throws IOException, InterruptedException {
    Dom0 from = pair.host();
    String command = "drain host" + from.number();
    report.step("dmore " + command);
    carryOut(plane, pair, command, to, report);
    pair.checkNothingHeld(command);
    return checkReceipt(plane, from, report);
  }

  private static void carryOut(
      ControlPlaneUnderTest plane,
      PairUnderTest pair,
      String command,
      Dom0 to,
      ScenarioReport report)
      throws IOException, InterruptedException {
    CommandResult result = plane.dmore(pair.host(), MOVE, command + " --wait --json");
    report.keep(
        "dmore-" + command.replace(' ', '-') + "-" + System.nanoTime() + ".txt",
        (result.out() + result.err()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (!report.check("dmore " + command + ": exit status", 0, result.status())) {
      throw new IOException("dmore %s said %s%s".formatted(command, result.out(), result.err()));
    }
    pair.movedTo(to);
  }

  private static void checkKeys(
      PairUnderTest pair,
      List<KeyEvent> typed,
      List<KeyEvent> struck,
      String command,
      ScenarioReport report)
      throws IOException, InterruptedException {
    Count count = pair.recorder().awaitKeys(typed.size() + struck.size(), PairUnderTest.SOON);
    List<KeyEvent> seen = pair.recorder().keys();
    report.check(command + ": the recorder missed nothing itself", true, count.isComplete());
    checkDelivery(
        command + ": letters, by the raw viewer",
        typed,
        seen.stream().filter(event -> !WindowTypist.types(event)).toList(),
        report);
    checkDelivery(
        command + ": digits, by TigerVNC's viewer",
        struck,
        seen.stream().filter(WindowTypist::types).toList(),
        report);
    pair.checkNothingHeld(command);
  }

  private static void checkDelivery(
      String what, List<KeyEvent> sent, List<KeyEvent> seen, ScenarioReport report) {
    Delivery delivery = Delivery.of(sent, seen);
    report.check(
        what,
        delivery.isExact(),
        "sent=%1$d seen=%1$d lost=0 doubled=0 moved=0 foreign=0".formatted(sent.size()),
        delivery);
  }

  /** The last move's receipt, as any operator gets it. */
  static JsonNode checkReceipt(ControlPlaneUnderTest plane, Dom0 host, ScenarioReport report)
      throws IOException, InterruptedException {
    JsonNode receipt = plane.lastReceipt(host);
    report.note("receipt", receipt);
    report.check("the receipt: lost", 0, receipt.path("lost").asInt(-1));
    report.check("the receipt: doubled", 0, receipt.path("duplicated").asInt(-1));
    report.check("the receipt: complete", true, receipt.path("complete").asBoolean());
    report.check("the receipt: DomR came along", false, receipt.path("renewed").asBoolean(true));
    report.check(
        "the receipt: held and delivered",
        receipt.path("held").asInt(-1),
        receipt.path("deliveredAfter").asInt(-2));
    return receipt;
  }

  private static void awaitTyped(Typist letters, WindowTypist digits, int events)
      throws IOException, InterruptedException {
    int digitsBefore = digits.sent();
    Deadline deadline = Deadline.in(PairUnderTest.SOON);
    while (letters.sent() < events || digits.sent() == digitsBefore) {
      if (letters.failure().isPresent()) {
        throw letters.failure().get();
      }
      if (deadline.passed()) {
        throw new IOException(
            "letters=%d, not %d, or no digits: TCP takes no more"
                .formatted(letters.sent(), events));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
