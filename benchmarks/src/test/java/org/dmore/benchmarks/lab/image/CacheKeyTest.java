package org.dmore.benchmarks.lab.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmore.coordinator.image.Sysroot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheKeyTest {
  @TempDir private Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/boot"), "#!/bin/sh\n");
    Files.writeString(folder.resolve("etc/hosts"), "localhost\n");
  }

  @Test
  void isTheSameForTheSameFiles() throws IOException {
    assertThat(key()).isEqualTo(key()).hasSize(16);
  }

  @Test
  void changesWithAFilesContentItsNameAndWhetherItMayRun() throws IOException {
    String before = key();
    Files.writeString(folder.resolve("etc/hosts"), "localhosT\n");
    String content = key();
    Files.move(folder.resolve("etc/hosts"), folder.resolve("etc/host"));
    String name = key();
    assertThat(folder.resolve("etc/boot").toFile().setExecutable(true)).isTrue();
    assertThat(List.of(before, content, name, key())).doesNotHaveDuplicates();
  }

  @Test
  void changesWithTheRecipeAndWithPackagesVersions() {
    String one = new CacheKey("host 1").packages(packages("xl_4.17.6", "libc6_2.36")).hex();
    assertThat(new CacheKey("host 2").packages(packages("xl_4.17.6", "libc6_2.36")).hex())
        .isNotEqualTo(one);
    assertThat(new CacheKey("host 1").packages(packages("xl_4.17.7", "libc6_2.36")).hex())
        .isNotEqualTo(one);
    assertThat(new CacheKey("host 1").packages(packages("xl_4.17.6", "libc6_2.36")).hex())
        .isEqualTo(one);
  }

  @Test
  void doesNotMixUpWhereATextEnds() {
    assertThat(new CacheKey("a").text("bc").hex()).isNotEqualTo(new CacheKey("ab").text("c").hex());
  }

  private String key() throws IOException {
    return new CacheKey("test").files(folder).hex();
  }

  private static Sysroot packages(String... names) {
    return new Sysroot(List.of(names).stream().map(Path.of("/cache")::resolve).toList());
  }
}
