package org.dmore.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dmore.coordinator.control.Placement.Candidate;
import org.dmore.coordinator.control.Placement.Need;
import org.dmore.coordinator.store.record.HostRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
  private static final Need NEED = new Need(100, 2, Map.of("disk", "ssd"));

  private static Candidate host(
      String name, String absence, String state, String disk, long free, long promised, int vms) {
    HostRecord record =
        new HostRecord(
            name,
            "",
            1_000,
            6,
            Map.of("disk", disk, "rack", "1"),
            HostRecord.State.valueOf(state),
            free,
            Instant.EPOCH);
    return new Candidate(record, absence, free, promised, vms, 1);
  }

  private static Candidate good(String name, long free) {
    return host(name, "", "ACTIVE", "ssd", free, 0, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''   | ACTIVE   | ssd | 100 |   0 | 0 | ''",
        "''   | ACTIVE   | ssd | 300 | 200 | 3 | ''",
        "gone | ACTIVE   | ssd | 100 |   0 | 0 | gone",
        "''   | DRAINING | ssd | 100 |   0 | 0 | draining",
        "''   | DOWN     | ssd | 100 |   0 | 0 | down",
        "''   | ACTIVE   | hdd | 100 |   0 | 0 | without {disk=ssd}",
        "''   | ACTIVE   | ssd |  99 |   0 | 0 | free bytes=99 promised=0 needed=100",
        "''   | ACTIVE   | ssd | 299 | 200 | 0 | free bytes=299 promised=200 needed=100",
        "''   | ACTIVE   | ssd | 100 |   0 | 4 | vms=4 promised=1 needed=2 at most=6",
        "gone | DOWN     | hdd |   0 |   0 | 9 | gone"
      })
  void aHostIsTakenOrRefusedWithTheFirstReason(
      String absence, String state, String disk, long free, long promised, int vms, String reason) {
    Candidate candidate = host("beta", absence, state, disk, free, promised, vms);
    assertThat(Placement.choose(List.of(candidate), NEED).isPresent()).isEqualTo(reason.isEmpty());
    assertThat(Placement.refusals(List.of(candidate), NEED))
        .isEqualTo("beta: " + (reason.isEmpty() ? "would do" : reason));
    assertThat(Placement.examine(candidate, NEED).stream().allMatch(Placement.Finding::ok))
        .isEqualTo(reason.isEmpty());
  }

  @Test
  void theHostWithTheMostRoomIsTaken() {
    Candidate promised = host("delta", "", "ACTIVE", "ssd", 900, 800, 0);
    assertThat(Placement.choose(List.of(good("beta", 150), promised, good("gamma", 200)), NEED))
        .map(candidate -> candidate.host().name())
        .contains("gamma");
  }

  @Test
  void ofEqualHostsTheFirstByNameIsTaken() {
    assertThat(Placement.choose(List.of(good("gamma", 200), good("beta", 200)), NEED))
        .map(candidate -> candidate.host().name())
        .contains("beta");
  }

  @Test
  void allThatWereRefusedAreNamedInOrder() {
    assertThat(
            Placement.refusals(
                List.of(good("gamma", 5), host("beta", "", "DRAINING", "ssd", 900, 0, 0)), NEED))
        .isEqualTo("beta: draining; gamma: free bytes=5 promised=0 needed=100");
    assertThat(Placement.refusals(List.of(), NEED)).isEqualTo("there is no other host");
  }
}
