package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.ScenarioReport;

/**
 * A move of the pair made by hand, step by step, with the commands that an operator has in dom0:
 * {@code dmore consoled}, {@code dmore receipt}, and a toolstack's own live migration.
 *
 * <p>DomR moves first, detached; then DomU, which arrives paused and waits until its receipt is
 * read and its devices' nodes stand. A coordinator would have them land together.
 */
final class HandMove {
  private static final Duration COMMAND = Duration.ofMinutes(2);
  private static final Duration MIGRATION = Duration.ofMinutes(6);
  private static final int DRAIN_MILLIS = 5_000;
  private static final int VERIFY_MILLIS = 90_000;

  /** dom0's receivers of what xl sends: the second leaves the guest paused. */
  static final int XL_PORT = 2324;

  private static final int XL_PAUSED_PORT = 2325;

  private final Lab lab;
  private final ScenarioReport report;

  HandMove(Lab lab, ScenarioReport report) {
    this.lab = lab;
    this.report = report;
  }

  private static void xl(Guest guest, Dom0 from, Dom0 to, int port) throws LabException {
    String unused = from.check(MIGRATION, xlMigrate(guest, to, port));
  }

  /** xl's command for a move, run at the source. */
  static String xlMigrate(Guest guest, Dom0 to, int port) {
    return "xl migrate -s '' %s 'socat -b 262144 - TCP:%s:%d'"
        .formatted(guest.name(), to.address(), port);
  }

  /**
   * Moves both.
   *
   * @param attach the job that follows the pair where it is
   * @return the job that follows it where it has come to
   */
  Dom0Job run(Dom0 from, Dom0 to, Dom0Job attach) throws IOException, InterruptedException {
    Guest domr = lab.domr();
    Guest domu = lab.domu();
    Map<String, String> keyboard =
        only(from, "dmore keyboard-frame --domu " + domu.name(), "keyboard");
    long frame = Long.parseLong(keyboard.getOrDefault("frame", "-1"));
    report.check("the guest's keyboard page", frame > 0, "a frame's number", frame);

    report.step("holding and detaching");
    // It would take the parting of the two for their end.
    attach.signal("TERM");
    int ended = attach.await(COMMAND);
    report.note("dmore attach at the source ended with", ended);
    Map<String, Map<String, String>> detached =
        dmore(
            from,
            "dmore consoled --domr %s hold drain-millis=%d detach"
                .formatted(domr.name(), DRAIN_MILLIS));
    report.note("consoled", detached);

    long begin = System.nanoTime();
    report.step("moving DomR");
    xl(domr, from, to, XL_PORT);
    long domrMoved = System.nanoTime();
    report.step("moving DomU");
    xl(domu, from, to, XL_PAUSED_PORT);
    long domuMoved = System.nanoTime();
    report.note(
        "seconds for DomR and DomU",
        (domrMoved - begin) / 1_000_000_000 + " and " + (domuMoved - domrMoved) / 1_000_000_000);
    report.check("DomR at the source", true, domr.id(from).isEmpty());
    report.check("DomU at the source", true, domu.id(from).isEmpty());
    String state = to.check("xl list %s | awk 'NR == 2 { print $5 }'".formatted(domu.name()));
    report.check("DomU is paused at the destination", state.contains("p"), "a state with p", state);

    report.step("reading the receipt and attaching");
    Map<String, Map<String, String>> receipt =
        dmore(
            to,
            "dmore receipt --domu %s --frame %d --domr %s"
                .formatted(domu.name(), frame, domr.name()));
    report.note("receipt", receipt);
    Dom0Job next = lab.pair().attach(to);
    lab.pair().awaitServed(to, next);
    domu.unpause(to);
    return next;
  }

  /** Waits until all that was held is delivered, and checks what consoled accounts for. */
  Map<String, String> verify(Dom0 host) throws IOException {
    Map<String, String> verified =
        only(
            host,
            "dmore consoled --domr %s verify timeout-millis=%d"
                .formatted(lab.domr().name(), VERIFY_MILLIS),
            "verify");
    report.note("receipt", verified);
    report.check("consoled's receipt: complete", "true", verified.get("complete"));
    report.check("consoled's receipt: lost", "0", verified.get("lost"));
    report.check("consoled's receipt: duplicated", "0", verified.get("duplicated"));
    report.check(
        "consoled's receipt: all held was delivered",
        verified.get("held"),
        verified.get("delivered-after"));
    return verified;
  }

  private static Map<String, String> only(Dom0 host, String command, String event)
      throws LabException {
    Map<String, Map<String, String>> events = dmore(host, command);
    Map<String, String> details = events.get(event);
    if (details == null) {
      throw new LabException(
          "host=%d '%s' said %s and nothing of %s"
              .formatted(host.number(), command, events, event));
    }
    return details;
  }

  /** What a command of dmore's tells: by event, the details by name. */
  private static Map<String, Map<String, String>> dmore(Dom0 host, String command)
      throws LabException {
    return events(host.check(COMMAND, command));
  }

  /** Reads lines as {@code event: name=value name=value}. */
  static Map<String, Map<String, String>> events(String output) {
    Map<String, Map<String, String>> events = new HashMap<>();
    for (String line : output.lines().toList()) {
      int colon = line.indexOf(": ");
      Map<String, String> details = new HashMap<>();
      if (colon >= 0) {
        for (String word : line.substring(colon + 2).split(" ", -1)) {
          int equals = word.indexOf('=');
          if (equals > 0) {
            details.put(word.substring(0, equals), word.substring(equals + 1));
          }
        }
      }
      events.put(colon < 0 ? line.strip() : line.substring(0, colon), details);
    }
    return events;
  }
}
