package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarPackerTest {
  @TempDir Path folder;

  private Path jar(Map<String, String> entries) throws IOException {
    Path jar = folder.resolve("in.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return jar;
  }

  private Map<String, String> pack(Map<String, String> entries) throws IOException {
    Path copy = folder.resolve("out.jar");
    JarPacker.pack(jar(entries), copy, name -> !name.startsWith("unwanted/"));
    Map<String, String> packed = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(copy.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
        packed.put(
            entry.getName(),
            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return packed;
  }

  @Test
  void signaturesAndChecksumsAndWhatIsNotWantedAreLeftOut() throws IOException {
    Map<String, String> packed =
        pack(
            Map.of(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\r\nAdded: yes\r\n\r\nName: a\r\nSHA-256-Digest: x\r\n\r\n",
                "META-INF/KEY.SF",
                "",
                "META-INF/KEY.RSA",
                "",
                "META-INF/INDEX.LIST",
                "",
                "unwanted/b",
                "",
                "META-INF/services/s",
                "kept",
                "a",
                "1"));

    assertThat(packed.keySet()).containsExactly("META-INF/MANIFEST.MF", "META-INF/services/s", "a");
    assertThat(packed.get("META-INF/MANIFEST.MF")).contains("Added: yes").doesNotContain("Digest");
  }

  @Test
  void ofClassesForSeveralVersionsOfJavaTheRunningOnesRemain() throws IOException {
    Map<String, String> packed =
        pack(
            Map.of(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n",
                "a.class",
                "8",
                "META-INF/versions/9/a.class",
                "9",
                "META-INF/versions/11/a.class",
                "11",
                "META-INF/versions/999/a.class",
                "999"));

    assertThat(packed).containsEntry("a.class", "11").hasSize(2);
    assertThat(packed.get("META-INF/MANIFEST.MF")).doesNotContain("Multi-Release");
  }

  @Test
  void aNativeLibraryThatIsNotInTheJarIsNamed() throws IOException {
    Path jar = jar(Map.of("a", "1"));

    JarPacker.extract(jar, "a", folder.resolve("a"));
    assertThat(folder.resolve("a")).hasContent("1");
    assertThatThrownBy(() -> JarPacker.extract(jar, "b.so", folder.resolve("b")))
        .hasMessage("file=b.so is not in jar=in.jar");
  }
}
