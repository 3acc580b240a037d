package org.dmore.coordinator.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package that the build has made; run after it. */
class HostdPackageIT {
  private static final Map<String, Entry> CONTROL = new LinkedHashMap<>();
  private static final Map<String, Entry> DATA = new LinkedHashMap<>();
  private static final String LIB = "usr/share/dmore/lib/";

  /** A file or folder; of jars the content is left out. */
  private record Entry(int mode, String owner, String text) {}

  @BeforeAll
  static void read() throws IOException {
    Path deb;
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      deb = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(deb));
        ArArchiveInputStream members = new ArArchiveInputStream(in)) {
      for (ArArchiveEntry member = members.getNextEntry();
          member != null;
          member = members.getNextEntry()) {
        switch (member.getName()) {
          case "control.tar.gz" -> unpack(members, CONTROL);
          case "data.tar.gz" -> unpack(members, DATA);
          default -> assertThat(member.getName()).isEqualTo("debian-binary");
        }
      }
    }
  }

  private static void unpack(InputStream in, Map<String, Entry> entries) throws IOException {
    TarArchiveInputStream tar =
        new TarArchiveInputStream(GzipCompressorInputStream.builder().setInputStream(in).get());
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String name = entry.getName().replaceFirst("^\\./", "");
      Entry former =
          entries.put(
              name,
              new Entry(
                  entry.getMode() & 0777,
                  entry.getUserName() + ":" + entry.getGroupName(),
                  name.endsWith(".jar")
                      ? ""
                      : new String(tar.readAllBytes(), StandardCharsets.UTF_8)));
      assertThat(former).as("%s is there twice", name).isNull();
    }
  }

  @Test
  void itsFieldsNameWhatHostdNeeds() {
    Map<String, String> fields = new LinkedHashMap<>();
    CONTROL
        .get("control")
        .text()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .map(line -> line.split(": ", 2))
        .forEach(words -> fields.put(words[0], words[1]));
    assertThat(fields)
        .containsEntry("Package", "dmore-hostd")
        .containsEntry("Architecture", "all")
        .containsEntry("Recommends", "libvirt0")
        .containsKeys("Version", "Section", "Priority", "Maintainer", "Description");
    assertThat(fields.get("Version")).matches("\\d+\\.\\d+\\.\\d+.*").doesNotContain("[");
    assertThat(List.of(fields.get("Depends").split(", ")))
        .contains(
            "socat",
            "iproute2",
            "libxenstore4",
            "libxenforeignmemory1",
            "libxengnttab1",
            "libxenevtchn1")
        .anyMatch(choice -> choice.contains("openjdk-17-jre-headless"));
  }

  @Test
  void itsSettingsAreAnOperatorsToChangeAndTheRestIsNot() {
    assertThat(CONTROL.get("conffiles").text().lines()).containsExactly("/etc/dmore/hostd.yaml");
    assertThat(CONTROL)
        .containsOnlyKeys("control", "conffiles", "md5sums", "postinst", "prerm", "postrm");
    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(CONTROL.get(script).mode()).as(script).isEqualTo(0755);
      assertThat(CONTROL.get(script).text()).startsWith("#!/bin/sh\nset -e\n");
    }
  }

  @Test
  void everyFileHasItsPlaceAndModeAndIsRoots() {
    assertThat(DATA.get("usr/bin/dmore").mode()).isEqualTo(0755);
    assertThat(DATA.get("usr/lib/systemd/system/dmore-hostd.service").mode()).isEqualTo(0644);
    assertThat(DATA.get("etc/dmore/hostd.yaml").mode()).isEqualTo(0640);
    assertThat(DATA.values()).extracting(Entry::owner).containsOnly("root:root");
    DATA.forEach(
        (name, entry) -> assertThat(entry.mode() & 0022).as("others may write %s", name).isZero());
    assertThat(DATA.keySet().stream().filter(name -> !name.endsWith("/") && !name.startsWith(LIB)))
        .containsExactlyInAnyOrder(
            "usr/bin/dmore",
            "usr/lib/systemd/system/dmore-hostd.service",
            "etc/dmore/hostd.yaml",
            "usr/share/doc/dmore-hostd/copyright");
  }

  @Test
  void itHasTheJarsThatHostdNeedsAndNoneOfTheTests() {
    List<String> jars =
        DATA.keySet().stream()
            .filter(name -> name.startsWith(LIB) && name.endsWith(".jar"))
            .map(name -> name.substring(LIB.length()))
            .toList();
    for (String needed :
        List.of(
            "migration-coordinator-", "native-", "vdev-bridge-", "rfb-server-", "sqlite-jdbc-")) {
      assertThat(jars).filteredOn(jar -> jar.startsWith(needed)).as(needed).hasSize(1);
    }
    assertThat(jars)
        .noneMatch(
            jar -> jar.matches("(junit|assertj|awaitility|archunit|swagger|jmh|benchmarks).*"))
        .noneMatch(jar -> jar.endsWith("-tests.jar"));
  }

  @Test
  void theUnitLeavesProgramsThatCarryVmsAlone() {
    String unit = DATA.get("usr/lib/systemd/system/dmore-hostd.service").text();
    assertThat(unit.lines())
        .contains(
            "ExecStart=/usr/bin/dmore hostd",
            "KillMode=process",
            "Restart=on-failure",
            "RuntimeDirectoryPreserve=yes");
  }

  @Test
  void systemdFindsNothingWrongWithTheUnit(@TempDir Path folder) throws Exception {
    Optional<Path> program =
        Stream.of(System.getenv("PATH").split(":", -1))
            .map(path -> Path.of(path, "systemd-analyze"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "systemd-analyze is not installed");
    Path unit = folder.resolve("dmore-hostd.service");
    // The program is not installed here, and systemd wants to see it.
    Files.writeString(
        unit,
        DATA.get("usr/lib/systemd/system/dmore-hostd.service")
            .text()
            .replace("/usr/bin/dmore", "/bin/true"));
    assertThat(said(List.of(program.get().toString(), "verify", unit.toString()), 0))
        .doesNotContain("dmore-hostd");
  }

  /** The launcher with the build's own jars in place of installed ones. */
  @Test
  void theLauncherRunsTheCommandLineOfThePackagedJars(@TempDir Path folder) throws Exception {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    for (Path source : List.of(Path.of("target"), Path.of("target/deb-lib"))) {
      try (Stream<Path> files = Files.list(source)) {
        for (Path file : files.toList()) {
          if (DATA.containsKey(LIB + file.getFileName())) {
            Path unused = Files.copy(file, lib.resolve(file.getFileName()));
          }
        }
      }
    }
    Path launcher = folder.resolve("dmore");
    Files.writeString(launcher, DATA.get("usr/bin/dmore").text());
    Path settings = folder.resolve("hostd.yaml");
    Files.writeString(settings, DATA.get("etc/dmore/hostd.yaml").text());
    List<String> command =
        List.of("sh", launcher.toString(), "hostd", "--check", "--config", settings.toString());
    assertThat(said(command, 0, "DMORE_LIB", lib.toString()))
        .isEqualTo("settings of host=alpha can be read\n");
    assertThat(said(command, 1, "DMORE_LIB", lib.toString(), "JAVA_HOME", "/nowhere"))
        .contains("java is not found");
  }

  private static String said(List<String> command, int status, String... environment)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(status);
    return said;
  }
}
