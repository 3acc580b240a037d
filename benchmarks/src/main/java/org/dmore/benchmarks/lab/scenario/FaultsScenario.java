package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Delivery;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Typist;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.coordinator.pair.MigrationStep;

/**
 * Whatever fails in mid-move: afterwards there is one copy of each VM, the console works by itself,
 * and of what was typed meanwhile nothing is lost or doubled. One move for each fault; a fault
 * comes when its step begins.
 */
public final class FaultsScenario implements Scenario {
  /** Words, with commas between: only faults are tried that have one of them in their names. */
  private static final String CHOICE = "DMORE_FAULTS";

  private static final int KEYS_PER_SECOND = 10;
  private static final int EVENTS_AROUND = 20;
  private static final Duration COMMAND = Duration.ofMinutes(3);
  private static final Duration OUTAGE = Duration.ofSeconds(25);

  /** What is done to whom. */
  private enum Fault {
    HOSTD_OF_SOURCE_KILLED_WHILE_THE_GUEST_IS_COPIED(MigrationStep.START_DOMU),
    HOSTD_OF_SOURCE_KILLED_WHILE_DOMR_MOVES(MigrationStep.MOVE_DOMR),
    HOSTD_OF_SOURCE_KILLED_WHEN_BOTH_HAVE_LANDED(MigrationStep.RESUME),
    HOSTD_OF_DESTINATION_KILLED_WHILE_THE_GUEST_IS_COPIED(MigrationStep.START_DOMU),
    HOSTD_OF_DESTINATION_KILLED_WHILE_DOMR_MOVES(MigrationStep.MOVE_DOMR),
    CONSOLED_KILLED_WHILE_THE_GUEST_IS_COPIED(MigrationStep.START_DOMU),
    LIBVIRTD_OF_SOURCE_KILLED_WHILE_THE_GUEST_IS_COPIED(MigrationStep.START_DOMU),
    LIBVIRTD_OF_DESTINATION_KILLED_WHILE_THE_GUEST_IS_COPIED(MigrationStep.START_DOMU),
    NETWORK_CUT_WHILE_DOMR_MOVES(MigrationStep.MOVE_DOMR),
    ETCD_KILLED_WHEN_DOMR_LETS_GO(MigrationStep.DETACH),
    DISK_FULL_BEFORE_DOMR_MOVES(MigrationStep.START_DOMU);

    private final MigrationStep when;

    Fault(MigrationStep when) {
      this.when = when;
    }

    String words() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String description() {
    return "daemons are killed, the network cut, a disk full in mid-move: nothing is lost";
  }

  @Override
  public int hosts() {
    return 2;
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    lab.pair().stop();
    PairUnderTest pair = PairUnderTest.of(lab, report);
    try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report)) {
      plane.startPair(pair, ControlPlaneUnderTest.Toolstack.LIBVIRT);
      for (Fault fault : chosen()) {
        run(fault, lab, plane, pair, report);
      }
    }
  }

  /** All of them, or those that the environment chooses. */
  private static List<Fault> chosen() throws LabException {
    String choice = System.getenv().getOrDefault(CHOICE, "");
    List<Fault> chosen =
        Arrays.stream(Fault.values())
            .filter(
                fault ->
                    Arrays.stream(choice.split(",", -1))
                        .anyMatch(word -> fault.words().contains(word.strip())))
            .toList();
    if (chosen.isEmpty()) {
      throw new LabException(
          "%s=%s is in no fault's name: %s"
              .formatted(CHOICE, choice, Arrays.stream(Fault.values()).map(Fault::words).toList()));
    }
    return chosen;
  }

  private static void run(
      Fault fault, Lab lab, ControlPlaneUnderTest plane, PairUnderTest pair, ScenarioReport report)
      throws IOException, InterruptedException {
    Dom0 from = pair.host();
    Dom0 to = lab.host(3 - from.number());
    String what = fault.words();
    report.step(what);
    pair.recorder().reset();
    RfbViewer viewer = pair.connect();
    try (Typist typist =
        Typist.start(
            viewer, KEYS_PER_SECOND, new Random(fault.when.words().length()), Keys::letter)) {
      typist.awaitSent(EVENTS_AROUND, PairUnderTest.SOON);
      long mark = plane.hostd(from).log().size();
      CommandResult begun =
          plane.dmore(
              from,
              COMMAND,
              "migrate " + ControlPlaneUnderTest.PAIR + " " + plane.name(to) + " --no-wait --json");
      report.check(what + ": the move begins", 0, begun.status());
      plane.awaitStep(from, mark, fault.when);
      inflict(fault, lab, plane, pair, from, to);
      JsonNode end = plane.awaitEnd(from);
      report.note("the move", end);
      String id = end.path("migration").asText();
      CommandResult shown = plane.dmore(from, COMMAND, "migrations show " + id);
      report.check(what + ": it can be shown", 0, shown.status());
      report.keep(
          fault.name().toLowerCase(java.util.Locale.ROOT) + ".txt",
          shown.out().getBytes(StandardCharsets.UTF_8));
      Dom0 now = checkOneCopyOfEach(what, lab, end.path("state").asText(), from, to, report);
      pair.movedTo(now);
      checkConsole(what, fault, pair, viewer, typist, report);
      if (fault == Fault.NETWORK_CUT_WHILE_DOMR_MOVES) {
        killLibvirtd(to); // as hostd says there: libvirtd does not forget the VM that did not come
      }
    } finally {
      viewer.close();
    }
  }

  private static void inflict(
      Fault fault, Lab lab, ControlPlaneUnderTest plane, PairUnderTest pair, Dom0 from, Dom0 to)
      throws IOException, InterruptedException {
    switch (fault) {
      case HOSTD_OF_SOURCE_KILLED_WHILE_THE_GUEST_IS_COPIED,
          HOSTD_OF_SOURCE_KILLED_WHILE_DOMR_MOVES,
          HOSTD_OF_SOURCE_KILLED_WHEN_BOTH_HAVE_LANDED ->
          restartHostd(plane, from);
      case HOSTD_OF_DESTINATION_KILLED_WHILE_THE_GUEST_IS_COPIED,
          HOSTD_OF_DESTINATION_KILLED_WHILE_DOMR_MOVES ->
          restartHostd(plane, to);
      case CONSOLED_KILLED_WHILE_THE_GUEST_IS_COPIED -> {
        DomRShell.Result unused = pair.shell().run("killall -KILL java", COMMAND);
      }
      case LIBVIRTD_OF_SOURCE_KILLED_WHILE_THE_GUEST_IS_COPIED -> killLibvirtd(from);
      case LIBVIRTD_OF_DESTINATION_KILLED_WHILE_THE_GUEST_IS_COPIED -> killLibvirtd(to);
      case NETWORK_CUT_WHILE_DOMR_MOVES -> {
        link(lab, 2, "down");
        TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
        link(lab, 2, "up");
      }
      case ETCD_KILLED_WHEN_DOMR_LETS_GO -> {
        plane.killEtcd();
        TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
        plane.restartEtcd();
      }
      case DISK_FULL_BEFORE_DOMR_MOVES -> {
        // It fails when the disk is full, as it is to.
        CommandResult unused =
            from.run(COMMAND, "dd if=/dev/zero of=/run/dmore/full bs=4096 2> /dev/null");
        plane.awaitEnd(from);
        from.check("rm /run/dmore/full");
      }
    }
  }

  private static void restartHostd(ControlPlaneUnderTest plane, Dom0 host)
      throws IOException, InterruptedException {
    plane.killHostd(host);
    plane.startHostd(host);
    plane.awaitHostd(host);
  }

  /** init starts it again. */
  private static void killLibvirtd(Dom0 host) throws LabException {
    host.check("killall -KILL libvirtd");
  }

  /** A host's cable, at this machine's end. */
  private static void link(Lab lab, int host, String state)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("ip", "link", "set", "tap" + host, state).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new LabException("tap" + host + " of lab=" + lab.name() + " cannot be set " + state);
    }
  }

  /** Where both are, each once. */
  private static Dom0 checkOneCopyOfEach(
      String what, Lab lab, String state, Dom0 from, Dom0 to, ScenarioReport report)
      throws LabException {
    List<String> seen = new ArrayList<>();
    for (Dom0 host : lab.hosts()) {
      for (Guest guest : List.of(lab.domu(), lab.domr())) {
        String line =
            host.check("xl list | awk '$1 ~ /^%s/ { print $1, $5 }'".formatted(guest.name()));
        line.lines().forEach(text -> seen.add(host.number() + " " + text.replaceAll("[rb-]", "")));
      }
    }
    Dom0 expected = state.equals("done") ? to : from;
    List<String> wanted = List.of(expected.number() + " domu ", expected.number() + " domr ");
    report.check(
        what + ": one copy of each VM, which runs",
        wanted.stream().map(text -> text.replaceAll("[rb-]", "")).sorted().toList(),
        seen.stream().sorted().toList());
    return expected;
  }

  private static void checkConsole(
      String what,
      Fault fault,
      PairUnderTest pair,
      RfbViewer viewer,
      Typist typist,
      ScenarioReport report)
      throws IOException, InterruptedException {
    if (fault == Fault.CONSOLED_KILLED_WHILE_THE_GUEST_IS_COPIED) {
      // What it held in its memory is gone with it, and so is the connection; a new one works.
      report.check(what + ": the viewer was cut off", true, viewer.failure().isPresent());
      typist.close();
      pair.awaitConsole();
      try (RfbViewer next = pair.connect()) {
        pair.checkPicture(what, "after-consoled-was-killed", next);
        pair.recorder().reset();
        typeAndCheck(what, pair, next, report);
      }
      return;
    }
    typist.awaitSent(typist.sent() + EVENTS_AROUND, PairUnderTest.SOON);
    List<KeyEvent> typed = typist.stop();
    checkKeys(what, pair, typed, report);
    report.check(what + ": the viewer's failures", List.of(), viewer.failure().stream().toList());
  }

  private static void typeAndCheck(
      String what, PairUnderTest pair, RfbViewer viewer, ScenarioReport report)
      throws IOException, InterruptedException {
    try (Typist typist = Typist.start(viewer, KEYS_PER_SECOND, new Random(7), Keys::letter)) {
      typist.awaitSent(EVENTS_AROUND, PairUnderTest.SOON);
      checkKeys(what, pair, typist.stop(), report);
    }
  }

  private static void checkKeys(
      String what, PairUnderTest pair, List<KeyEvent> typed, ScenarioReport report)
      throws IOException, InterruptedException {
    Count unused = pair.recorder().awaitKeys(typed.size(), PairUnderTest.SOON);
    Delivery delivery = Delivery.of(typed, pair.recorder().keys());
    report.check(
        what + ": the guest's keys are those typed, in order",
        delivery.isExact(),
        "sent=%1$d seen=%1$d lost=0 doubled=0 moved=0 foreign=0".formatted(typed.size()),
        delivery);
  }
}
