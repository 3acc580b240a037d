package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;

/**
 * As {@link CoordinatorScenario}, there and back once, with the bound that hostd has by itself: a
 * user VM waits for its console for half a second at most. DomR lands seconds later here, at least
 * until a move has shown how long it takes, so the guest runs without it meanwhile, and then gets
 * all that was typed.
 */
public final class LateConsoleScenario implements Scenario {
  private static final int ROUNDS = 1;
  private static final String BOUND = "500ms";

  @Override
  public String name() {
    return "late-console";
  }

  @Override
  public String description() {
    return "the user VM runs before its console has come, which follows: nothing typed is lost";
  }

  @Override
  public int hosts() {
    return 2;
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    lab.pair().stop();
    try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report, BOUND)) {
      List<JsonNode> receipts =
          CoordinatorScenario.run(
              lab, report, plane, ControlPlaneUnderTest.Toolstack.LIBVIRT, ROUNDS);
      int proven = 0;
      for (JsonNode receipt : receipts) {
        double still = receipt.path("domuDowntimeMillis").asDouble();
        double late = receipt.path("skewMillis").asDouble();
        report.note("the user VM stood still, ms", still);
        report.note("DomR landed after it, ms", late);
        // One that waits for its console stands still for at least as long as that is late.
        proven += still > 0 && still < late ? 1 : 0;
      }
      // Each move learns from the one before how long DomR takes, so only the first is surely late.
      report.check(
          "moves whose user VM ran before DomR had landed",
          proven > 0,
          "at least 1 of " + receipts.size(),
          proven);
    }
  }
}
