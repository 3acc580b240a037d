package org.dmore.xen.lib;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescriptorKeeperTest {
  @BeforeEach
  void load() throws Exception {
    CLibrary.load();
  }

  @Test
  void theChildHasTheFileAndNothingElseOfOurs() throws Exception {
    int kept = CLibrary.eventfd(0, CLibrary.EFD_CLOEXEC);
    int other = CLibrary.eventfd(0, 0); // would be inherited
    int pid = DescriptorKeeper.keep(kept);
    try {
      CLibrary.close(kept);
      Path descriptors = Path.of("/proc/" + pid + "/fd");
      assertThat(Files.readSymbolicLink(descriptors.resolve("0")))
          .hasToString("anon_inode:[eventfd]");
      try (Stream<Path> all = Files.list(descriptors)) {
        List<String> names = all.map(path -> path.getFileName().toString()).toList();
        assertThat(names).contains("0").isSubsetOf("0", "1", "2");
      }
      assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).startsWith("sleep\0");
    } finally {
      CLibrary.close(other);
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
  }
}
