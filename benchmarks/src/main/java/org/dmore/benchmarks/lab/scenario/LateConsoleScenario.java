package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;

/**
 * As {@link CoordinatorScenario}, there and back once, with the bound that hostd has by itself: a
 * user VM waits for its console for half a second at most. DomR lands seconds later here, so the
 * guest runs without it meanwhile, and then gets all that was typed.
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
      for (JsonNode receipt : receipts) {
        report.note("how long the user VM stood still, ms", receipt.path("domuDowntimeMillis"));
        // One that waits for its console has DomR's lateness in its receipt: 10 to 25 s here.
        report.check(
            "the user VM ran before DomR had landed: skew",
            0.0,
            receipt.path("skewMillis").asDouble(-1));
      }
    }
  }
}
