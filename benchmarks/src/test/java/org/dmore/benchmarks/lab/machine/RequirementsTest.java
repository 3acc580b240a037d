package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementsTest {
  private static final String ALL_CAPABILITIES = "CapEff:\t000001ffffffffff";
  private static final String DOCKER_CAPABILITIES = "CapEff:\t00000000a80425fb";

  @TempDir private Path root;

  @BeforeEach
  void everything() throws IOException {
    write("proc/self/status", "Name:\tjava\n" + ALL_CAPABILITIES + "\n");
    write("proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable:   8000000 kB\n");
    write("dev/net/tun", "");
    for (String program :
        List.of("qemu-system-x86_64", "ip", "apt-get", "apt-cache", "dpkg-deb", "setsid", "gcc")) {
      Path file = write("bin/" + program, "");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void nothingIsMissingWhereEverythingIs() throws IOException {
    assertThat(requirements("amd64").missing(2)).isEmpty();
  }

  @Test
  void saysWhichPackagesHaveTheProgramsAndHowToInstallThem() throws IOException {
    Requirements requirements = Requirements.of(root, root.resolve("nowhere").toString(), "amd64");
    assertThat(requirements.missing(1))
        .contains(
            "program=qemu-system-x86_64 is not on the PATH: it is in Debian's package qemu-system-x86")
        .last()
        .asString()
        .startsWith("to install: apt-get update && apt-get install --no-install-recommends ")
        .contains("iproute2", "qemu-system-x86", "gcc libc6-dev");
  }

  @Test
  void rootOfAContainerIsNotEnough() throws IOException {
    write("proc/self/status", DOCKER_CAPABILITIES + "\n");
    assertThat(requirements("amd64").missing(2))
        .singleElement()
        .asString()
        .contains("CAP_NET_ADMIN", "CAP_SYS_ADMIN", "run as root");
  }

  @Test
  void saysHowToGetTheTunDevice() throws IOException {
    Files.delete(root.resolve("dev/net/tun"));
    assertThat(requirements("amd64").missing(2))
        .singleElement()
        .asString()
        .contains("/dev/net/tun", "modprobe tun", "--device");
  }

  @Test
  void saysThatOneHostWouldFit() throws IOException {
    write("proc/meminfo", "MemAvailable:   4000000 kB\n");
    assertThat(requirements("amd64").missing(2))
        .singleElement()
        .asString()
        .contains("memory=3906 MiB", "6144 MiB", "--hosts 1");
    assertThat(requirements("amd64").missing(1)).isEmpty();
  }

  @Test
  void otherArchitecturesCannotRunIt() throws IOException {
    assertThat(requirements("aarch64").missing(2))
        .singleElement()
        .asString()
        .contains("architecture=aarch64");
  }

  private Requirements requirements(String architecture) {
    return Requirements.of(root, root.resolve("bin").toString(), architecture);
  }

  private Path write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
