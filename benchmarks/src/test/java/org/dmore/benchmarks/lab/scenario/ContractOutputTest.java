package org.dmore.benchmarks.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContractOutputTest {
  private static final String CONSOLE =
      """
      # runtime/bin/java @options org.dmore.xen.contract.lab.ContractMain domain; echo "status=$?"\r
      pass aPortIsUnboundOnce() 967 ms\r
      skip everyPortGetsItsTurn(): Assumption failed: no ports\r
      done RealEventChannels tests=2 passed=1 failed=0 skipped=1\r
      FAIL dom0IsToldOfDomains() 1992 ms\r
      java.lang.AssertionError: \r
      Expecting code to raise a throwable.\r
      \tat org.dmore.xen.contract.Refusals.assertRefused(Refusals.java:15)\r
      pass aDomainKnowsItself() 429 ms\r
      done RealXenStore tests=2 passed=1 failed=1 skipped=0\r
      skipped: everyPortGetsItsTurn(): Assumption failed: no ports\r
      failed: dom0IsToldOfDomains()\r
      contract: 2 passed, 1 failed, 1 skipped\r
      status=1\r
      """;

  @Test
  void eachClassHasItsCountsAndEachFailureItsMessage() {
    ContractOutput output = ContractOutput.of(CONSOLE);

    assertThat(output.classes())
        .containsExactly(
            new ContractOutput.Type("RealEventChannels", 2, 1, 0, 1),
            new ContractOutput.Type("RealXenStore", 2, 1, 1, 0));
    assertThat(output.failures())
        .containsExactly(
            "dom0IsToldOfDomains(): java.lang.AssertionError: Expecting code to raise a throwable.");
    assertThat(output.skipped())
        .containsExactly("everyPortGetsItsTurn(): Assumption failed: no ports");
    assertThat(output.total()).hasValue(2);
  }

  @Test
  void aRunThatWasCutOffHasNoTotal() {
    String cut = CONSOLE.substring(0, CONSOLE.indexOf("FAIL"));

    assertThat(ContractOutput.of(cut).total()).isEmpty();
    assertThat(ContractOutput.of(cut).classes()).hasSize(1);
  }

  @Test
  void aClassHoldsIfEachOfItsTestsRanAndNoneFailed() {
    assertThat(new ContractOutput.Type("A", 3, 3, 0, 0).holds()).isTrue();
    assertThat(new ContractOutput.Type("A", 3, 2, 0, 1).holds()).isTrue();
    assertThat(new ContractOutput.Type("A", 3, 2, 1, 0).holds()).isFalse();
    assertThat(new ContractOutput.Type("A", 3, 2, 0, 0).holds()).isFalse();
    assertThat(new ContractOutput.Type("A", 0, 0, 0, 0).holds()).isFalse();
    assertThat(new ContractOutput.Type("A", 3, 0, 0, 3).holds()).isFalse();
  }
}
