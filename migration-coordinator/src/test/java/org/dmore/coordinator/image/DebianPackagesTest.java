package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks this machine's apt; nothing is fetched. */
class DebianPackagesTest {
  @TempDir Path folder;
  private DebianPackages packages;

  @BeforeEach
  void open() throws IOException {
    ExternalProgram cache = new ExternalProgram("apt-cache", "install the package apt");
    Assumptions.assumeTrue(
        cache.exists() && cache.tryRun(folder, "show", "libturbojpeg0").status() == 0,
        "apt has no lists of packages");
    packages = new DebianPackages(folder, Progress.none());
  }

  @Test
  void librariesAreFoundThroughTheirDependencies() throws IOException {
    assertThat(packages.withLibraries(List.of("libturbojpeg0", "busybox-static")))
        .contains("libturbojpeg0", "busybox-static", "libc6")
        .doesNotContain("debconf");
  }

  @Test
  void theKernelOfTheDayHasARelease() throws IOException {
    assertThat(packages.kernel()).matches("linux-image-\\d.*");
    assertThatThrownBy(() -> packages.dependency("libturbojpeg0", "nothing-"))
        .hasMessage("package=libturbojpeg0 depends on none that begins with nothing-");
  }

  @Test
  void aPackageThatIsNotKnownIsNamed() {
    assertThatThrownBy(() -> packages.unpack("no-such-package-at-all"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-package-at-all")
        .hasMessageContaining("run apt-get update");
  }
}
