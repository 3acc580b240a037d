package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.benchmarks.lab.machine.Tool;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;
import org.dmore.benchmarks.lab.typing.Keystroke;
import org.dmore.benchmarks.lab.viewer.RfbViewer;

/**
 * What root in DomR may not do, tried from inside DomR by {@code xen-lab/domr/probe.c}; beside each
 * attempt stands one of the same kind that must succeed. DomR is even given the kernel's privcmd
 * with its own restriction switched off, so that it is Xen that refuses.
 */
public final class IsolationScenario implements Scenario {
  private static final Duration PROBE = Duration.ofMinutes(3);
  private static final int KEYSTROKES = 20;

  /** Below the cache: packages, a package, and its own folders. */
  private static final int MAX_DEPTH = 10;

  private static final boolean ALLOWED = true;
  private static final boolean REFUSED = false;

  @Override
  public String name() {
    return "isolation";
  }

  @Override
  public String description() {
    return "DomR's root reaches the pages and nodes it was given, and nothing else";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    PairUnderTest pair = PairUnderTest.start(lab, report).pair();
    try (RfbViewer viewer = pair.connect()) {
      pair.checkPicture("before", "before", viewer);
      Dom0 dom0 = pair.host();
      int guest = lab.domu().idOn(dom0);
      int domr = lab.domr().idOn(dom0);
      String device = "/local/domain/" + guest + "/device/";
      String frame = dom0.xenstoreRead(device + "vkbd/0/page-ref");
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put("/probe", compile());
      files.put("/xen-privcmd.ko", module(lab, pair));
      files.put("/nodes", nodes(dom0));
      try (FileService service = FileService.start(files)) {
        fetch(pair, service, files.keySet());
      }
      grants(pair, report, guest, domr, dom0.xenstoreRead(device + "vkbd/0/page-gref"));
      compare(
          report,
          probe(pair, "events " + guest),
          Map.of(
              "offer-own-port", ALLOWED,
              "bind-own-offered-port", ALLOWED,
              "bind-ports-of-dom0", REFUSED,
              "bind-ports-of-guest", REFUSED));
      nodes(pair, report, device, domr);
      hypercalls(pair, report, guest, frame);
      report.step("looking whether the guest is unharmed");
      typeAFewKeys(pair, viewer);
      pair.checkPicture("after", "after", viewer);
    }
  }

  private static void grants(
      PairUnderTest pair, ScenarioReport report, int guest, int domr, String keyboard)
      throws IOException, InterruptedException {
    Dom0 dom0 = pair.host();
    String backend = "/local/domain/%d/backend/vfb/%d/0/".formatted(domr, guest);
    String base = dom0.xenstoreRead(backend + "fb-gref-base");
    String count = dom0.xenstoreRead(backend + "fb-gref-count");
    report.step("grants: keyboard=%s framebuffer=%s+%s".formatted(keyboard, base, count));
    Map<String, Boolean> expected = new LinkedHashMap<>();
    expected.put("map-keyboard-page", ALLOWED);
    expected.put("write-keyboard-page", ALLOWED);
    expected.put("map-pixels-read-only", ALLOWED);
    expected.put("write-pixels-through-mapping", REFUSED);
    expected.put("map-pixels-writable", REFUSED);
    expected.put("copy-from-pixels", ALLOWED);
    expected.put("copy-to-pixels", REFUSED);
    expected.put("map-console-ring", REFUSED);
    expected.put("map-xenstore-ring", REFUSED);
    expected.put("read-any-grant-of-dom0", REFUSED);
    expected.put("write-any-grant-of-dom0", REFUSED);
    expected.put("read-all-offered-grants", ALLOWED);
    expected.put("read-any-other-grant-of-guest", REFUSED);
    expected.put("write-any-grant-but-pages-of-guest", REFUSED);
    compare(
        report,
        probe(pair, "grants %d %s %s %s".formatted(guest, keyboard, base, count)),
        expected);
  }

  /**
   * Besides its guest's devices DomR may read what any guest may: dom0's ends of its own devices,
   * and what stands of itself under {@code /vm}.
   */
  private static void nodes(PairUnderTest pair, ScenarioReport report, String device, int domr)
      throws IOException, InterruptedException {
    report.step("xenstore: each node that dom0 sees");
    String vm = pair.host().xenstoreRead("/local/domain/" + domr + "/vm");
    String mayRead =
        "path=(%s(vkbd|vfb)/0|/local/domain/0/backend/[a-z]+/%d/0|%s)(/.*)?"
            .formatted(device, domr, vm);
    List<ProbeLine> lines = new ArrayList<>();
    List<String> strange = new ArrayList<>();
    for (ProbeLine line : probe(pair, "store /tmp/nodes")) {
      if (!line.attempt().equals("read-node")) {
        lines.add(line);
      } else if (!line.details().matches(mayRead)) {
        strange.add(line.details());
      }
    }
    report.check(
        "nodes that DomR reads, besides those of its guest's devices and of itself",
        List.of(),
        strange);
    Map<String, Boolean> expected = new LinkedHashMap<>();
    expected.put("read-nodes-of-others", ALLOWED); // those that were just looked at
    expected.put("write-nodes-of-others", REFUSED);
    expected.put("read-own-nodes", ALLOWED);
    expected.put("write-own-backend-node", ALLOWED);
    expected.put("remove-own-backend-node", ALLOWED);
    expected.put("list-dom0", REFUSED);
    expected.put("read-dom0-name", REFUSED);
    expected.put("write-own-target", REFUSED);
    compare(report, lines, expected);
  }

  private static void hypercalls(PairUnderTest pair, ScenarioReport report, int guest, String frame)
      throws IOException, InterruptedException {
    report.step("hypercalls, with all that DomR's own kernel could refuse switched off");
    DomRShell.Result loaded =
        pair.shell().run("insmod /tmp/xen-privcmd.ko unrestricted=1", PairUnderTest.SOON);
    report.check("DomR's kernel loads privcmd", 0, loaded.status());
    Map<String, Boolean> expected = new LinkedHashMap<>();
    expected.put("xen-version", ALLOWED);
    for (String attempt :
        List.of("maximum-gpfn-of", "grant-table-size-of", "event-port-of", "console-frame-of")) {
      expected.put(attempt + "-own", ALLOWED);
      expected.put(attempt + "-guest", REFUSED);
    }
    for (int version = 0x13; version <= 0x18; version++) {
      expected.put("domctl-of-guest-0x%x".formatted(version), REFUSED);
      expected.put("sysctl-0x%x".formatted(version), REFUSED);
    }
    expected.put("reset-event-channels-of-guest", REFUSED);
    expected.put("reboot-guest", REFUSED);
    compare(report, probe(pair, "hypercalls " + guest), expected);
    report.step("memory: the guest's frame " + frame);
    compare(
        report,
        probe(pair, "memory " + guest + " " + frame),
        Map.of(
            "reserve-addresses-for-frames", ALLOWED,
            "map-frame-of-guest", REFUSED,
            "map-grant-table-of-guest", REFUSED));
    String mapped =
        pair.host()
            .check(PROBE, "dmore receipt --domu %d --frame %s".formatted(guest, frame))
            .strip();
    report.check(
        "the same frame mapped from dom0", mapped.contains("in-cons="), "in-cons=", mapped);
  }

  /** Holds each attempt against what it must come to; none may be missing, none unknown. */
  private static void compare(
      ScenarioReport report, List<ProbeLine> lines, Map<String, Boolean> expected) {
    for (ProbeLine line : lines) {
      boolean known = expected.containsKey(line.attempt());
      boolean right = known && expected.get(line.attempt()) == line.allowed();
      String wanted = known ? ProbeLine.expected(expected.get(line.attempt())) : "no such attempt";
      boolean unused = report.check(line.attempt(), right, wanted, line.seen());
    }
    List<String> missing = new ArrayList<>(expected.keySet());
    missing.removeAll(lines.stream().map(ProbeLine::attempt).toList());
    report.check("attempts that were not made", List.of(), missing);
  }

  private static List<ProbeLine> probe(PairUnderTest pair, String arguments)
      throws IOException, InterruptedException {
    DomRShell.Result result = pair.shell().run("/tmp/probe " + arguments, PROBE);
    if (result.status() != 0) {
      throw new LabException(
          "probe %s ended with status=%d: %s"
              .formatted(arguments, result.status(), result.lines()));
    }
    return result.lines().stream().flatMap(line -> ProbeLine.parse(line).stream()).toList();
  }

  private static void fetch(PairUnderTest pair, FileService service, Iterable<String> paths)
      throws IOException, InterruptedException {
    List<String> commands = new ArrayList<>(List.of("mount -o remount,exec,size=16m /tmp"));
    for (String path : paths) {
      commands.add("wget -q -O /tmp%s %s".formatted(path, service.url(path)));
    }
    commands.add("chmod 755 /tmp/probe");
    DomRShell.Result result = pair.shell().run(String.join(" && ", commands), PairUnderTest.SOON);
    if (result.status() != 0) {
      throw new LabException("DomR's shell does not get the probe: " + result.lines());
    }
  }

  private static byte[] compile() throws IOException, InterruptedException {
    Path source = LabPlace.filesOfSourceTree().resolve("domr").resolve("probe.c");
    Path program = Files.createTempFile("probe", "");
    try {
      Tool.run("gcc", "-O1", "-s", "-static", "-o", program.toString(), source.toString());
      return Files.readAllBytes(program);
    } finally {
      Files.delete(program);
    }
  }

  /** The module of the very kernel that DomR runs, out of the package that it came in. */
  private static byte[] module(Lab lab, PairUnderTest pair)
      throws IOException, InterruptedException {
    List<String> said = pair.shell().run("uname -r", PairUnderTest.SOON).lines();
    String release = said.isEmpty() ? "" : said.get(said.size() - 1);
    Path files = LabPlace.filesOfSourceTree();
    Path cache = LabPlace.of(lab.name(), files, System.getenv()).cache();
    Path module = Path.of("lib/modules", release, "kernel/drivers/xen/xen-privcmd.ko");
    try (Stream<Path> found =
        Files.find(cache, MAX_DEPTH, (file, about) -> file.endsWith(module))) {
      Path file =
          found
              .findFirst()
              .orElseThrow(() -> new LabException("folder=%s has no %s".formatted(cache, module)));
      return Files.readAllBytes(file);
    }
  }

  private static byte[] nodes(Dom0 dom0) throws IOException {
    return dom0.check("xenstore-ls -f | sed -n 's/^\\(\\/[^ ]*\\) = .*/\\1/p'")
        .concat("\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void typeAFewKeys(PairUnderTest pair, RfbViewer viewer)
      throws IOException, InterruptedException {
    pair.recorder().reset();
    Random random = new Random(8);
    List<KeyEvent> expected = new ArrayList<>();
    for (int i = 0; i < KEYSTROKES; i++) {
      Keystroke keystroke = Keys.plain(random);
      viewer.send(keystroke.messages());
      expected.addAll(keystroke.events());
    }
    pair.checkKeys("after", expected);
  }
}
