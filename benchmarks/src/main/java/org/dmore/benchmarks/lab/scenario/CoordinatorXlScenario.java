package org.dmore.benchmarks.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.Scenario;
import org.dmore.benchmarks.lab.ScenarioReport;

/**
 * As {@link CoordinatorScenario}, there and back once, with a guest of xl's: nothing of either VM
 * is the destination's before the leader says so.
 */
public final class CoordinatorXlScenario implements Scenario {
  private static final int ROUNDS = 1;

  @Override
  public String name() {
    return "coordinator-xl";
  }

  @Override
  public String description() {
    return "the same with a guest of xl's, there and back once";
  }

  @Override
  public int hosts() {
    return 2;
  }

  @Override
  public void run(Lab lab, ScenarioReport report) throws Exception {
    lab.pair().stop();
    try (ControlPlaneUnderTest plane = ControlPlaneUnderTest.start(lab, report)) {
      List<JsonNode> unused =
          CoordinatorScenario.run(lab, report, plane, ControlPlaneUnderTest.Toolstack.XL, ROUNDS);
    }
  }
}
