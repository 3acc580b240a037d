package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
  private static final String INFO =
      """
      host                   : alpha
      nr_cpus                : 2
      total_memory           : 2047
      free_memory            : 871
      sharing_freed_memory   : 0
      xen_version            : 4.17.7-pre
      """;

  @Test
  void memoryIsReadInMebibytes() throws Exception {
    assertThat(HostMemory.number(INFO, "total_memory")).isEqualTo(2047L << 20);
    assertThat(HostMemory.number(INFO, "free_memory")).isEqualTo(871L << 20);
  }

  @Test
  void whatIsNotThereOrNoNumberIsAnError() {
    assertThatThrownBy(() -> HostMemory.number(INFO, "outstanding_claims"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outstanding_claims");
    assertThatThrownBy(() -> HostMemory.number(INFO, "xen_version"))
        .isInstanceOf(IOException.class);
  }
}
