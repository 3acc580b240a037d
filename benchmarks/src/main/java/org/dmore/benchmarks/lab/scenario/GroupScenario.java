package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.recorder.Recorder;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Typist;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.benchmarks.report.ResultFile;

/**
 * One DomR with one guest and with four: what it takes to start, in memory, and to move; and that
 * four consoles are each their guest's, before a move of all of them, during it and after.
 */
public final class GroupScenario implements Scenario {
  private static final int GUESTS = 4;
  private static final int KEYS_PER_SECOND = 4;
  private static final int KEYS_BEFORE = 20;
  private static final int DOMR_MIB = 160;
  private static final int DOMR_MIB_A_GUEST = 24;
  private static final Duration MOVE = Duration.ofMinutes(15);
  private static final Duration START = Duration.ofMinutes(6);

  @Override
  public String name() {
    return "group";
  }

  @Override
  public String description() {
    return "one DomR with one guest, and with four that move together: cost, keys, pictures";
  }

  @Override
  public int hosts() {
    return 2;
  }

  /** A guest, its recorder, and who looks at its console. */
  private static final class Console {
    private final Guest guest;
    private final GuestConsole hvc0;
    private final Recorder recorder;
    private final InetSocketAddress address;
    private long mark;
    private RfbViewer viewer;

    Console(Lab lab, int number) throws IOException {
      guest = number == 1 ? lab.domu() : lab.guest("domu" + number);
      hvc0 = new GuestConsole(guest, lab.host(1));
      recorder = new Recorder(hvc0);
      InetSocketAddress first = lab.console();
      address = new InetSocketAddress(first.getAddress(), first.getPort() + number - 1);
    }

    String name() {
      return guest.name();
    }
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    List<ResultFile.Row> rows = new ArrayList<>();
    for (int guests : new int[] {1, GUESTS}) {
      end(lab);
      try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report)) {
        Map<String, Double> figures = measure(lab, report, plane, guests);
        report.note(guests + " guests", figures);
        String situation = guests == 1 ? "1 guest" : guests + " guests";
        rows.add(ResultFile.Row.of("DomR", situation + ", emulated hosts", figures));
      }
    }
    end(lab);
    LabResult.keep(name(), Map.of(), rows, lab, report);
  }

  private static void end(Lab lab) throws IOException {
    lab.pair().stop();
    for (Dom0 host : lab.hosts()) {
      for (int number = 2; number <= GUESTS; number++) {
        lab.guest("domu" + number).destroy(host);
      }
    }
  }

  private static Map<String, Double> measure(
      Lab lab, ScenarioReport report, ControlPlaneUnderTest plane, int guests)
      throws IOException, InterruptedException {
    Dom0 host = lab.host(1);
    List<Console> consoles = new ArrayList<>();
    for (int number = 1; number <= guests; number++) {
      consoles.add(new Console(lab, number));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    start(lab, report, plane, consoles, figures);
    try {
      GuestConsole domR = new GuestConsole(lab.domr(), host);
      CostScenario.memory(new DomRShell(domR), figures, report);
      double before = ContinuityScenario.sentBytes(host);
      move(lab, report, plane, consoles, lab.host(2), figures);
      figures.put("sent_bytes", ContinuityScenario.sentBytes(host) - before);
      if (guests > 1) {
        move(lab, report, plane, consoles, host, new LinkedHashMap<>());
      }
    } finally {
      for (Console console : consoles) {
        if (console.viewer != null) {
          console.viewer.close();
        }
      }
    }
    return figures;
  }

  /**
   * Starts DomR and the guests, paused until their consoles serve; returns when all have booted.
   */
  private static void start(
      Lab lab,
      ScenarioReport report,
      ControlPlaneUnderTest plane,
      List<Console> consoles,
      Map<String, Double> figures)
      throws IOException, InterruptedException {
    Dom0 host = lab.host(1);
    report.step("starting a DomR and its guests, " + consoles.size());
    String names = consoles.stream().map(Console::name).collect(Collectors.joining(","));
    String extra =
        host.check("sed -n 's/^extra=\"\\(.*\\)\"$/\\1/p' " + lab.domr().configuration()).strip();
    if (consoles.size() > 1) {
      extra = extra.replaceAll("dmore\\.name=\\S+", "dmore.guests=" + names);
    }
    int memory = DOMR_MIB + DOMR_MIB_A_GUEST * (consoles.size() - 1);
    long begin = System.nanoTime();
    int unusedDomR = lab.domr().create(host, "memory=" + memory, "extra=\"" + extra + "\"");
    for (Console console : consoles) {
      console.mark = console.hvc0.mark();
      if (console.guest != lab.domu()) {
        host.check(
            "sed 's/^name=.*/name=\"%s\"/' %s > %s"
                .formatted(
                    console.name(), lab.domu().configuration(), console.guest.configuration()));
      }
      int unusedDomU = console.guest.createPaused(host);
    }
    lab.pair().awaitConsoled(host);
    figures.put("port_s", since(begin));
    plane.definePair(consoles.stream().map(Console::name).toList());
    long guestsBegin = System.nanoTime();
    for (Console console : consoles) {
      console.guest.unpause(host);
    }
    for (Console console : consoles) {
      console.viewer = RfbViewer.connect(console.address, "");
      boolean ink = console.viewer.await(START, viewer -> viewer.picture().ink() > 0);
      report.check(console.name() + ": the first pixel", true, ink);
    }
    figures.put("guests_unpaused_to_last_first_pixel_s", since(guestsBegin));
    for (Console console : consoles) {
      console.recorder.awaitReady(console.mark, START);
    }
    figures.put("guests_boot_s", since(guestsBegin));
  }

  /** Moves all while somebody types into each; every key must be in the guest it was typed for. */
  private static void move(
      Lab lab,
      ScenarioReport report,
      ControlPlaneUnderTest plane,
      List<Console> consoles,
      Dom0 to,
      Map<String, Double> figures)
      throws IOException, InterruptedException {
    String command = "migrate " + ControlPlaneUnderTest.PAIR + " host" + to.number();
    report.step("dmore " + command + ", guests=" + consoles.size());
    Dom0 from = lab.host(3 - to.number());
    List<Typist> typists = new ArrayList<>();
    List<List<KeyEvent>> typed = new ArrayList<>();
    long begin = System.nanoTime();
    try {
      for (Console console : consoles) {
        console.recorder.reset();
        Random random = new Random(typists.size());
        typists.add(Typist.start(console.viewer, KEYS_PER_SECOND, random, Keys::letter));
      }
      for (Typist typist : typists) {
        typist.awaitSent(KEYS_BEFORE, PairUnderTest.SOON);
      }
      begin = System.nanoTime();
      CommandResult result = plane.dmore(from, MOVE, command + " --wait --json");
      report.keep(
          "dmore-" + command.replace(' ', '-') + "-" + consoles.size() + ".txt",
          (result.out() + result.err()).getBytes(StandardCharsets.UTF_8));
      if (!report.check("dmore " + command + ": exit status", 0, result.status())) {
        throw new IOException("dmore %s said %s%s".formatted(command, result.out(), result.err()));
      }
      figures.put("move_s", since(begin));
      for (Typist typist : typists) {
        typed.add(typist.stop());
      }
    } finally {
      typists.forEach(Typist::close);
    }
    for (int i = 0; i < consoles.size(); i++) {
      Console console = consoles.get(i);
      console.hvc0.movedTo(to);
      checkKeys(console, typed.get(i), command, report);
      String wanted = console.recorder.screen().sha256();
      report.check(
          console.name() + ": the viewer's picture is its guest's",
          true,
          console.viewer.await(
              PairUnderTest.SOON, viewer -> viewer.picture().sha256().equals(wanted)));
      report.check(
          console.name() + ": the viewer's failures",
          List.of(),
          console.viewer.failure().stream().toList());
      console
          .viewer
          .picture()
          .writePng(report.kept().resolve(console.name() + "-at-host" + to.number() + ".png"));
    }
    JsonNode receipt = CoordinatorScenario.checkReceipt(plane, from, report);
    figures.put("held_keys", receipt.path("held").asDouble(Double.NaN));
    figures.put(
        "typed_keys", IntStream.range(0, typed.size()).mapToDouble(i -> typed.get(i).size()).sum());
  }

  private static void checkKeys(
      Console console, List<KeyEvent> typed, String command, ScenarioReport report)
      throws IOException, InterruptedException {
    Count count = console.recorder.awaitKeys(typed.size(), PairUnderTest.SOON);
    report.check(console.name() + ": the recorder missed nothing itself", true, count.isComplete());
    Delivery delivery = Delivery.of(typed, console.recorder.keys());
    report.check(
        console.name() + ": " + command,
        delivery.isExact(),
        "sent=%1$d seen=%1$d lost=0 doubled=0 moved=0 foreign=0".formatted(typed.size()),
        delivery);
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
