package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libvirtd says of a domain that comes, as seen with the libxl driver of libvirt 9.0. */
class ArrivingDomainTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "its transfer is awaited,                    true,  false, false,           0, true",
    "it is received and has never run,           true,  true,  true,            0, true",
    "it leaves and still runs,                   true,  true,  false, 12000000000, false",
    "it leaves and is suspended for the last MB, true,  true,  true,  12000000000, false",
    "it leaves just after it was started,        true,  true,  false,           0, false",
    "it has landed and waits to be let go,       false, true,  true,            0, false",
    "it runs here,                               false, true,  false, 12000000000, false",
    "it is defined and shut off,                 false, false, false,           0, false",
  })
  void onlyOneThatIsBeingReceivedArrives(
      String what, boolean hasJob, boolean active, boolean paused, long cpuNanos, boolean arrives) {
    assertThat(LibvirtToolstack.arrives(hasJob, active, paused, cpuNanos))
        .as(what)
        .isEqualTo(arrives);
  }
}
