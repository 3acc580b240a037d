package org.dmore.benchmarks.lab.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.dmore.benchmarks.lab.LabException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmoreRuntimeTest {
  @TempDir private Path folder;

  @Test
  void takesTheJarsOfTheManifestWithoutWhatOnlyMeasures() throws IOException {
    Path jar = jar("lib/native-1.jar lib/jmh-core-1.37.jar lib/netty-common-4.jar");
    assertThat(DmoreRuntime.jars(jar))
        .containsExactly(
            folder.resolve("lib/native-1.jar"), folder.resolve("lib/netty-common-4.jar"));
  }

  @Test
  void saysHowToStartItFromAJar() {
    assertThatThrownBy(() -> DmoreRuntime.jars(folder))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("./dmore lab up");
  }

  private Path jar(String classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    Path jar = folder.resolve("benchmarks.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.flush();
    }
    return jar;
  }
}
