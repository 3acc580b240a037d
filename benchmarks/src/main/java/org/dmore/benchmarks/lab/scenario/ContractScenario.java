package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;
import org.dmore.benchmarks.lab.image.ContractImage;
import org.dmore.benchmarks.lab.image.LabImages;
import org.dmore.benchmarks.lab.machine.LabMachine;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.coordinator.image.Progress;

/**
 * What every implementation of the ports must do, asked of {@code org.dmore.xen.lib} where it
 * belongs: event channels, grants and xenstore in an unprivileged domain, foreign memory in dom0.
 * The tests are those that the embedded room passes in the build.
 */
public final class ContractScenario implements Scenario {
  private static final Duration JVM = Duration.ofMinutes(3);
  private static final Duration DOM0_TESTS = Duration.ofMinutes(10);
  private static final Duration DOMAIN_TESTS = Duration.ofMinutes(20);
  private static final int PORT = 7000;
  private static final int DOM0_CONTRACTS = 1;
  private static final int DOMAIN_CONTRACTS = 3;
  private static final int TESTER_PART = 21;
  private static final int PEER_PART = 22;
  private static final String TESTS = "org.dmore.xen.contract.lab.ContractMain";
  private static final String AGENT = "org.dmore.xen.contract.lab.ContractAgent";
  private static final Pattern AGENT_READY = Pattern.compile("(?m)^agent: ready");
  private static final Pattern ENDED = Pattern.compile("(?m)^contract: status=(\\d+)\\s");

  @Override
  public String name() {
    return "contract";
  }

  @Override
  public String description() {
    return "the ports' contracts, against the real libraries in unprivileged domains and dom0";
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    Dom0 dom0 = lab.hosts().get(lab.hosts().size() - 1); // the first may have the pair meanwhile
    try (ContractGuests guests = new ContractGuests(lab, dom0)) {
      guests.clean();
      Shared shared = share(lab, report);
      report.step("starting the domain under test, its peer and a paused guest");
      int puppet = guests.createPuppet();
      ContractGuests.Running peer =
          guests.create(ContractGuests.PEER, PEER_PART, shared.initramfs());
      ContractGuests.Running tester =
          guests.create(ContractGuests.TESTER, TESTER_PART, shared.initramfs());
      guests.awaitBoot(peer);
      guests.awaitBoot(tester);
      inDom0(dom0, shared, puppet, report);
      inDomain(dom0, shared, puppet, guests, tester, peer, report);
      report.check("what the guests' kernels complain of", List.of(), guests.complaints());
    }
  }

  private static void inDom0(Dom0 dom0, Shared shared, int puppet, ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("in dom0: foreign memory");
    Dom0Job tests =
        dom0.start(
            ContractGuests.JOBS + "dom0",
            shared.inDom0(java(TESTS + " dom0", "-Dcontract.puppet=" + puppet)));
    int status = tests.await(DOM0_TESTS);
    check(report, "dom0", status, DOM0_CONTRACTS, tests.log().textFrom(tests.mark()));
  }

  private static void inDomain(
      Dom0 dom0,
      Shared shared,
      int puppet,
      ContractGuests guests,
      ContractGuests.Running tester,
      ContractGuests.Running peer,
      ScenarioReport report)
      throws IOException, InterruptedException {
    report.step("in an unprivileged domain: event channels, grants, xenstore");
    Dom0Job agent =
        dom0.start(
            ContractGuests.JOBS + "agent", shared.inDom0(java(AGENT + " " + PORT + " " + puppet)));
    guests.type(peer, java(AGENT + " " + PORT));
    agent.log().await(agent.mark(), AGENT_READY, JVM);
    peer.log().await(peer.mark(), AGENT_READY, JVM);
    guests.type(
        tester,
        java(
                TESTS + " domain",
                "-Dcontract.peer=" + peer.address() + ":" + PORT,
                "-Dcontract.dom0=" + dom0.address() + ":" + PORT)
            + "; echo \"contract: status=$?\"");
    String status = tester.log().await(tester.mark(), ENDED, DOMAIN_TESTS).group(1);
    check(
        report,
        "domain",
        Integer.parseInt(status),
        DOMAIN_CONTRACTS,
        tester.log().textFrom(tester.mark()));
  }

  /** What dom0 sees of the image, by its own paths. */
  private record Shared(Path runtime, Path initramfs) {
    String inDom0(String command) {
      return "cd " + runtime + " && exec " + command;
    }
  }

  /** Makes the image, or finds it in the cache, and shows it to the hosts. */
  private static Shared share(Lab lab, ScenarioReport report) throws IOException {
    LabPlace place = LabPlace.of(lab.name(), LabPlace.filesOfSourceTree(), System.getenv());
    Progress progress = report::step;
    ContractImage image =
        new LabImages(place.files(), place.cache(), progress)
            .contract(place.files().resolveSibling("target").resolve("contract-lib"));
    LabMachine machine = new LabMachine(place);
    // By names that no other content has: dom0 does not look twice at what it has seen.
    String runtime = image.runtime().getFileName().toString();
    String initramfs = image.initramfs().getParent().getFileName().toString();
    machine.share(image.runtime(), runtime);
    machine.share(image.initramfs(), initramfs);
    return new Shared(Path.of("/lab", runtime), Path.of("/lab", initramfs));
  }

  /** Java's command line, for the folder that Java is in. */
  private static String java(String program, String... properties) {
    return "runtime/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx96m %s @options %s"
        .formatted(String.join(" ", properties), program);
  }

  private static void check(
      ScenarioReport report, String where, int status, int classes, String text) {
    ContractOutput output = ContractOutput.of(text);
    for (ContractOutput.Type type : output.classes()) {
      report.check(type.name(), type.holds(), "each test run and none failed", type.counts());
    }
    for (String failure : output.failures()) {
      report.note("failed", failure);
    }
    for (String skipped : output.skipped()) {
      report.note("skipped", skipped);
    }
    report.check(where + ": contracts that came to their end", classes, output.classes().size());
    report.check(
        where + ": tests that passed",
        output.total().orElse(-1) > 0
            && output.total().getAsInt()
                == output.classes().stream().mapToInt(type -> type.tests() - type.skipped()).sum(),
        "all that the contracts have",
        output.total().isPresent() ? output.total().getAsInt() : "no count: it was cut off");
    report.check(where + ": exit status", 0, status);
  }
}
