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
        double late = receipt.path("skewMillis").asDouble(0);
        double stood = receipt.path("domuDowntimeMillis").asDouble(Double.MAX_VALUE);
        // One that waits for its console stands still for at least as long as that is late.
        report.check(
            "the user VM did not wait for its console",
            stood < late,
            "less than " + late + " ms",
            stood);
      }
    }
  }
}
