package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabPlaceTest {
  private static final Path FILES = Path.of("/src/benchmarks/xen-lab");

  @Test
  void allNamesFollowFromTheLabs() {
    LabPlace one = LabPlace.of("one", FILES, Map.of());
    assertThat(one.namespace()).isEqualTo("one");
    assertThat(one.work()).isEqualTo(FILES.resolve(".work/one"));
    assertThat(one.stateFile()).isEqualTo(FILES.resolve(".work/one/state.properties"));
    assertThat(one.host(2)).isEqualTo(FILES.resolve(".work/one/host2"));
    assertThat(one.cache()).isEqualTo(FILES.resolve(".cache"));
  }

  @Test
  void labsOfTwoNamesShareTheCacheAlone() {
    LabPlace one = LabPlace.of("one", FILES, Map.of());
    LabPlace two = LabPlace.of("two", FILES, Map.of());
    assertThat(one.namespace()).isNotEqualTo(two.namespace());
    assertThat(one.work()).isNotEqualTo(two.work());
    assertThat(one.lockFile()).isNotEqualTo(two.lockFile());
    assertThat(one.cache()).isEqualTo(two.cache());
  }

  @Test
  void theEnvironmentMovesTheCache() {
    LabPlace place = LabPlace.of("one", FILES, Map.of("DMORE_LAB_CACHE", "/var/cache/lab/../x"));
    assertThat(place.cache()).isEqualTo(Path.of("/var/cache/x"));
    assertThat(LabPlace.of("one", FILES, Map.of("DMORE_LAB_CACHE", "")).cache())
        .isEqualTo(FILES.resolve(".cache"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Lab",
        "1lab",
        "a b",
        "../up",
        "a/b",
        "-x",
        "a23456789012345678901234567890123"
      })
  void refusesWhatIsNoNameForANamespaceAndAFolder(String name) {
    assertThatThrownBy(() -> LabPlace.of(name, FILES, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--name=" + name);
  }

  @Test
  void findsItsFilesInTheSourceTree() throws IOException {
    assertThat(LabPlace.filesOfSourceTree().resolve("dom0/etc/boot")).isRegularFile();
  }
}
