package org.dmore.benchmarks.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.lab.LabException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real namespaces, where this machine lets us make them. */
class LabMachineTest {
  @TempDir private Path files;
  private LabPlace place;
  private LabMachine machine;

  @BeforeEach
  void place() throws IOException {
    assumeTrue(
        Requirements.ofThisMachine().missing(0).stream().noneMatch(m -> m.startsWith("root")),
        "namespaces need root");
    assumeTrue(Tool.find("ip", System.getenv("PATH")).isPresent(), "ip is missing");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "/dev/net/tun is missing");
    place = LabPlace.of("lab-test-" + ProcessHandle.current().pid(), files, Map.of());
    machine = new LabMachine(place);
  }

  @AfterEach
  void remove() throws IOException, InterruptedException {
    if (machine != null) {
      machine.remove();
    }
  }

  @Test
  void makesANetworkAndLeavesNothing() throws IOException, InterruptedException {
    assertThat(machine.exists()).isFalse();
    machine.prepare(2, true);
    assertThat(machine.network().links()).containsExactlyInAnyOrder("br0", "tap1", "tap2");
    assertThat(machine.exists()).isTrue();
    assertThat(machine.isUp()).isFalse();
    assertThat(machine.remove()).isEmpty();
    assertThat(machine.exists()).isFalse();
    assertThat(place.work()).doesNotExist();
    assertThat(place.lockFile()).doesNotExist();
  }

  @Test
  void cleansUpANamespaceThatWasHalfMade() throws IOException, InterruptedException {
    Tool.run("ip", "netns", "add", place.namespace());
    Tool.run("ip", "-n", place.namespace(), "link", "add", "br0", "type", "bridge");
    assertThat(machine.exists()).isTrue();
    machine.remove();
    assertThat(machine.network().exists()).isFalse();
    machine.prepare(1, false);
    assertThat(machine.network().links()).containsExactlyInAnyOrder("br0", "tap1");
  }

  @Test
  void endsTheHostThatItRecorded() throws IOException, InterruptedException {
    machine.prepare(1, false);
    Process host = inside("sleep", "300");
    LabState.planned(1, false).with(1, OwnProcess.of(host.pid())).save(place.stateFile());
    assertThat(machine.isUp()).isTrue();
    assertThat(machine.stop()).isEmpty();
    assertThat(host.isAlive()).isFalse();
    assertThat(machine.state()).isEmpty();
  }

  @Test
  void endsAHostThatWasStartedButNotRecorded() throws IOException, InterruptedException {
    machine.prepare(1, false);
    // It waits by itself: a child's name would be a stranger's.
    Process host =
        inside(
            "bash",
            "-c",
            "mkfifo %1$s; exec -a qemu-system-x86_64 bash -c 'exec 3<>%1$s; read -t 300 -u 3' -name guest=%2$s-host1"
                .formatted(place.work().resolve("fifo"), place.name()));
    awaitName(host, "qemu-system-x86_64");
    assertThat(machine.stop()).isEmpty();
    assertThat(host.waitFor()).isNotZero();
  }

  @Test
  void leavesAStrangersProcessAlone() throws IOException, InterruptedException {
    machine.prepare(1, false);
    Process stranger = inside("sleep", "300");
    awaitName(stranger, "sleep");
    try {
      assertThat(machine.stop()).containsExactly(stranger.pid());
      assertThat(stranger.isAlive()).isTrue();
      assertThat(machine.network().exists()).isFalse();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void onlyOneMayStartOrEndALab() throws IOException, InterruptedException {
    int status =
        machine.exclusively(
            () -> {
              assertThatThrownBy(() -> new LabMachine(place).exclusively(() -> 0))
                  .isInstanceOf(LabException.class)
                  .hasMessageContaining("lab=" + place.name());
              return 7;
            });
    assertThat(status).isEqualTo(7);
    assertThat(machine.exclusively(() -> 8)).isEqualTo(8);
  }

  @Test
  void showsFilesToTheHostsWithTheirTimes() throws IOException {
    Path from = Files.createDirectories(files.resolve("cache/java/lib"));
    Path jar = Files.writeString(from.resolve("a.jar"), "jar");
    Files.createSymbolicLink(from.resolve("b.jar"), Path.of("a.jar"));
    Files.setLastModifiedTime(jar, java.nio.file.attribute.FileTime.fromMillis(1_000_000));
    machine.share(files.resolve("cache/java"), "dmore");
    machine.share(jar, "guest/kernel");
    Path shown = place.share().resolve("dmore/lib/a.jar");
    assertThat(shown).hasContent("jar");
    assertThat(Files.getLastModifiedTime(shown).toMillis()).isEqualTo(1_000_000);
    assertThat(place.share().resolve("dmore/lib/b.jar")).isSymbolicLink();
    assertThat(place.share().resolve("guest/kernel")).hasContent("jar");
  }

  private Process inside(String... command) throws IOException {
    List<String> all = new ArrayList<>(machine.network().prefix());
    all.addAll(List.of(command));
    return new ProcessBuilder(all).start();
  }

  /** ip has become what it was asked to run. */
  private static void awaitName(Process process, String name) {
    org.awaitility.Awaitility.await()
        .ignoreExceptions()
        .until(
            () ->
                Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).startsWith(name));
  }
}
