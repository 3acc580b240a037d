package org.dmore.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsTest {
  @TempDir Path folder;

  /** An entry as it was read back. */
  private record Read(CpioArchiveEntry header, String content) {}

  private Map<String, Read> pack(Initramfs image) throws IOException {
    Path archive = folder.resolve("image");
    image.write(archive);
    Map<String, Read> entries = new LinkedHashMap<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive));
        CpioArchiveInputStream cpio = new CpioArchiveInputStream(in)) {
      for (CpioArchiveEntry entry = cpio.getNextEntry();
          entry != null;
          entry = cpio.getNextEntry()) {
        entries.put(
            entry.getName(),
            new Read(entry, new String(cpio.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return entries;
  }

  @Test
  void filesLinksFoldersAndDevicesAreReadBackAsTheyWereAdded() throws IOException {
    Map<String, Read> entries =
        pack(
            new Initramfs()
                .script("/init", "#!/bin/sh\n")
                .text("/etc/motd", "hello")
                .content("/etc/secret", new byte[] {'x'}, 0600)
                .folder("/tmp", 01777)
                .link("/bin/sh", "busybox")
                .characterDevice("/dev/console", 5, 1, 0600));

    assertThat(entries.keySet())
        .containsExactly(
            "bin", "bin/sh", "dev", "dev/console", "etc", "etc/motd", "etc/secret", "init", "tmp");
    assertThat(entries.get("init").header().getMode()).isEqualTo(0100755);
    assertThat(entries.get("etc/motd").content()).isEqualTo("hello");
    assertThat(entries.get("etc/secret").header().getMode()).isEqualTo(0100600);
    assertThat(entries.get("tmp").header().getMode()).isEqualTo(041777);
    assertThat(entries.get("bin/sh").header().isSymbolicLink()).isTrue();
    assertThat(entries.get("bin/sh").content()).isEqualTo("busybox");
    CpioArchiveEntry console = entries.get("dev/console").header();
    assertThat(console.isCharacterDevice()).isTrue();
    assertThat(console.getRemoteDeviceMaj()).isEqualTo(5);
    assertThat(console.getRemoteDeviceMin()).isEqualTo(1);
    assertThat(entries.values()).allMatch(read -> read.header().getTime() == Initramfs.TIME);
    assertThat(entries.values().stream().map(read -> read.header().getInode()).distinct())
        .hasSameSizeAs(entries.keySet());
  }

  @Test
  void aPartHasWhatIsWantedWithTheFoldersAboveIt() throws IOException {
    Initramfs whole =
        new Initramfs()
            .text("/lib/a.jar", "jar")
            .text("/library", "no jar")
            .folder("/tmp", 01777)
            .text("/opt/x/y", "y");

    Initramfs part =
        whole.part(
            path ->
                Initramfs.isAtOrBelow(path, "/lib")
                    || path.equals("/tmp")
                    || path.equals("/opt/x/y"));

    assertThat(part.paths())
        .containsExactly("/lib", "/lib/a.jar", "/opt", "/opt/x", "/opt/x/y", "/tmp");
    assertThat(pack(part).get("tmp").header().getMode()).isEqualTo(041777);
    assertThat(whole.bytes("/lib")).isEqualTo(3);
    assertThat(whole.bytes("/")).isEqualTo(10);
  }

  @Test
  void theSystemsOwnCpioReadsIt() throws IOException {
    ExternalProgram cpio = new ExternalProgram("cpio", "install the package cpio");
    Assumptions.assumeTrue(cpio.exists(), "cpio is not installed");
    try (var out = Files.newOutputStream(folder.resolve("plain"))) {
      new Initramfs().text("/a/b", "content").link("/c", "a/b").writeCpio(out);
    }

    Path into = Files.createDirectory(folder.resolve("into"));
    cpio.run(into, "-id", "--quiet", "-F", folder.resolve("plain").toString());

    assertThat(into.resolve("c")).isSymbolicLink().hasContent("content");
  }

  @Test
  void theSameFilesGiveTheSameBytesInWhateverOrderTheyAreAdded() throws IOException {
    new Initramfs().text("/a", "1").text("/b", "2").write(folder.resolve("one"));
    new Initramfs().text("/b", "2").text("/a", "1").write(folder.resolve("two"));

    assertThat(folder.resolve("two")).hasSameBinaryContentAs(folder.resolve("one"));
  }

  @Test
  void aTreeKeepsModesAndLinksAndLeavesOutWhatIsNotWanted() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/sub"));
    Files.writeString(tree.resolve("run"), "x");
    Files.setPosixFilePermissions(
        tree.resolve("run"), PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/nowhere"));
    Files.createDirectory(tree.resolve("doc"));
    Files.writeString(tree.resolve("doc/readme"), "x");

    Map<String, Read> entries =
        pack(new Initramfs().tree(folder.resolve("tree"), "/", path -> !path.endsWith("doc")));

    assertThat(entries.keySet()).containsExactly("sub", "sub/link", "sub/run");
    assertThat(entries.get("sub/run").header().getMode()).isEqualTo(0100700);
    assertThat(entries.get("sub/link").content()).isEqualTo("/nowhere");
  }

  @Test
  void whatIsAddedLaterReplacesAndWhatIsTakenOutIsGone() throws IOException {
    Map<String, Read> entries =
        pack(new Initramfs().text("/a", "1").text("/a", "2").text("/b/c", "3").without("/b"));

    assertThat(entries.keySet()).containsExactly("a");
    assertThat(entries.get("a").content()).isEqualTo("2");
  }

  @Test
  void sizesAreThoseOfWhatLiesBelow() throws IOException {
    Initramfs image = new Initramfs().text("/lib/a", "12").text("/lib/b/c", "345").text("/x", "6");

    assertThat(image.bytes("/lib")).isEqualTo(5);
    assertThat(image.bytes("/")).isEqualTo(6);
    assertThat(image.bytes("/li")).isZero();
  }

  @Test
  void aPathMustBeAbsoluteAndBelowFolders() {
    Initramfs image = new Initramfs().text("/a", "1");

    assertThatThrownBy(() -> image.text("b", "")).hasMessage("path=b is not absolute");
    assertThatThrownBy(() -> image.text("/a/b", ""))
        .hasMessage("path=/a/b lies below /a, which is not a folder");
  }
}
