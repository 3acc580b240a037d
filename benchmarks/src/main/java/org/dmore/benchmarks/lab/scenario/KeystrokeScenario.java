package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.recorder.Count;
import org.dmore.benchmarks.lab.viewer.RfbViewer;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.benchmarks.report.ResultFile;

/**
 * A key's way into one and the same guest, through QEMU in dom0 and through consoled in DomR, in
 * turn, by one client and one clock. The guest has a keyboard of each, and answers each key with a
 * packet. Nobody else is connected meanwhile. Times are the emulator's: only their ratio says
 * anything.
 *
 * <p>Beside the keys, ICMP echoes of the domain that the server is in: what the way to it costs
 * whatever listens there.
 */
public final class KeystrokeScenario implements Scenario {
  private static final String GUEST_ADDRESS = "10.77.0.20";
  private static final String DOM0 = "QEMU in dom0";
  private static final String DOMR = "dmore in DomR";
  private static final String KEY = "key to answer";
  private static final String ECHO = "echo of the server's network";

  private static final int BLOCKS = 12;
  private static final int KEYS = 50;
  private static final int ECHOES = 20;
  private static final int WARM_UP_BLOCKS = 4;

  @Override
  public String name() {
    return "keystroke";
  }

  @Override
  public String description() {
    return "a key's way through QEMU in dom0 and through DomR, in turn, into one guest: their ratio";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    Dom0 host = lab.host(1);
    lab.pair().stop();
    PairUnderTest pair = PairUnderTest.of(lab, report);
    report.step("starting a guest with a keyboard of DomR's and one of dom0's");
    long mark = pair.mark();
    Dom0Job attach = lab.pair().attach(host);
    int unused = lab.domr().create(host);
    int domain = lab.domu().createPaused(host, guestSettings(host));
    lab.pair().awaitServed(host, attach);
    try (Dom0Qemu qemu = Dom0Qemu.start(host, lab.domu().name(), domain);
        AnsweredKeys keys = new AnsweredKeys()) {
      lab.domu().unpause(host);
      pair.awaitGuest(mark);
      lab.pair().awaitConsoled(host);
      report.check(
          "keyboards of the guest",
          2L,
          pair.recorder().devices().stream()
              .filter(line -> line.endsWith("Xen Virtual Keyboard"))
              .count());
      pair.recorder().reset();
      pair.recorder().notifyTo(keys.address());
      Map<String, InetSocketAddress> subjects = new TreeMap<>();
      subjects.put(DOM0, qemu.address());
      subjects.put(DOMR, lab.console());
      Map<String, List<Double>> echoes = new TreeMap<>();
      Map<String, List<Double>> times = measure(subjects, keys, echoes, report);
      check(pair, keys, report);
      publish(times, echoes, qemu, lab, report);
    }
    lab.pair().stop();
  }

  /** Its own command line, with a network card's address behind it. */
  private static String[] guestSettings(Dom0 host) throws IOException {
    String extra = host.check("sed -n 's/^extra=\"\\(.*\\)\"$/\\1/p' /etc/xen/domu.cfg").strip();
    return new String[] {
      "extra=\"%s recorder.address=%s\"".formatted(extra, GUEST_ADDRESS),
      "vif=[\"mac=00:16:3e:77:00:20,bridge=xenbr0\"]"
    };
  }

  /** Blocks of keys, now through the one and now through the other, and of echoes. */
  private static Map<String, List<Double>> measure(
      Map<String, InetSocketAddress> subjects,
      AnsweredKeys keys,
      Map<String, List<Double>> echoes,
      ScenarioReport report)
      throws IOException, InterruptedException {
    Map<String, List<Double>> times = new TreeMap<>();
    for (String subject : subjects.keySet()) {
      times.put(subject, new ArrayList<>());
      echoes.put(subject, new ArrayList<>());
    }
    for (int block = 0; block < WARM_UP_BLOCKS + BLOCKS; block++) {
      for (Map.Entry<String, InetSocketAddress> subject : subjects.entrySet()) {
        try (RfbViewer viewer = RfbViewer.connect(subject.getValue(), "")) {
          report.check(
              "block %d: %s shows a picture".formatted(block, subject.getKey()),
              true,
              viewer.await(PairUnderTest.SOON, v -> v.updates() > 0));
          List<Double> block50 = keys.type(viewer, KEYS);
          if (block >= WARM_UP_BLOCKS) {
            times.get(subject.getKey()).addAll(block50);
            echoes.get(subject.getKey()).addAll(echo(subject.getValue()));
          }
          report.note(
              "block %d, %s, median ms".formatted(block, subject.getKey()),
              String.format(Locale.ROOT, "%.2f", NearestRank.of(block50, 50) / 1e3));
        }
      }
    }
    return times;
  }

  /** Microseconds from an echo's request to its answer, as root has them sent. */
  private static List<Double> echo(InetSocketAddress server) throws IOException {
    List<Double> micros = new ArrayList<>();
    for (int i = 0; i < ECHOES; i++) {
      long begin = System.nanoTime();
      if (!server.getAddress().isReachable((int) PairUnderTest.SOON.toMillis())) {
        throw new IOException("address=" + server.getAddress() + " answers no echo");
      }
      micros.add((System.nanoTime() - begin) / 1e3);
    }
    return micros;
  }

  private static void check(PairUnderTest pair, AnsweredKeys keys, ScenarioReport report)
      throws IOException, InterruptedException {
    Count count = pair.recorder().count();
    report.check(
        "key events that the guest has, one for each answer", keys.answered(), count.keys());
    report.check("the recorder missed nothing", true, count.isComplete());
    pair.checkNothingHeld("at the end");
  }

  private static void publish(
      Map<String, List<Double>> times,
      Map<String, List<Double>> echoes,
      Dom0Qemu qemu,
      Lab lab,
      ScenarioReport report)
      throws IOException {
    List<ResultFile.Row> rows = new ArrayList<>();
    times.forEach(
        (subject, micros) -> {
          report.check(
              subject + ": keys measured, at least 500",
              micros.size() >= 500,
              "500",
              micros.size());
          rows.add(row(subject, KEY, "keys", micros));
        });
    echoes.forEach((subject, micros) -> rows.add(row(subject, ECHO, "echoes", micros)));
    rows.forEach(row -> report.note(row.subject() + ", " + row.situation(), row.figures()));
    report.note("dmore in DomR to QEMU in dom0, medians of keys", ratio(times));
    report.note("dmore in DomR to QEMU in dom0, medians of echoes", ratio(echoes));
    LabResult.keep(
        "keystroke",
        Map.of(
            "QEMU in dom0",
            qemu.version(),
            "kernel of the guests",
            lab.host(1).check("uname -r").strip()),
        rows,
        lab,
        report);
  }

  private static ResultFile.Row row(
      String subject, String situation, String counted, List<Double> micros) {
    return ResultFile.Row.of(
        subject,
        situation,
        Map.of(
            counted,
            (double) micros.size(),
            "p50_us",
            NearestRank.of(micros, 50),
            "p90_us",
            NearestRank.of(micros, 90),
            "p99_us",
            NearestRank.of(micros, 99),
            "max_us",
            NearestRank.of(micros, 100)));
  }

  private static String ratio(Map<String, List<Double>> micros) {
    return String.format(
        Locale.ROOT,
        "%.3f",
        NearestRank.of(micros.get(DOMR), 50) / NearestRank.of(micros.get(DOM0), 50));
  }
}
