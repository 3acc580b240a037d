package org.dmore.coordinator.toolstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.dmore.coordinator.host.VmHost;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.MachineRoom;

/** Two ends of a migration by an {@code xl} that moves a file, with the real programs between. */
final class XlBench implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);
  static final String VM = "domu";

  private final Path folder;
  private final byte[] memory = new byte[3000];
  private final MachineRoom room = MachineRoom.builder().host("alpha", 1 << 20).build();
  private Duration arrival = Duration.ofSeconds(10);

  XlBench(Path folder) throws Exception {
    needProgram();
    this.folder = folder;
    Path program = folder.resolve("bin/xl");
    Files.createDirectories(program.getParent());
    try (InputStream in = XlBench.class.getResourceAsStream("xl")) {
      Files.copy(in, program);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    new Random(7).nextBytes(memory);
    Files.write(folder.resolve("memory"), memory);
    Process fifo = new ProcessBuilder("mkfifo", folder.resolve("hold").toString()).start();
    assertThat(fifo.waitFor()).isZero();
  }

  /** Skips the test, or fails it where the environment says that all must run. */
  private static void needProgram() {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "socat")));
    String message = "socat is not installed: apt-get install socat";
    if ("1".equals(System.getenv("DMORE_REQUIRE_CLIENTS"))) {
      assertThat(there).as(message).isTrue();
    }
    assumeTrue(there, message);
  }

  XlBench keptOpenFor(Duration time) {
    arrival = time;
    return this;
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"), "XL_HOME", folder.toString());
  }

  /** Opens the destination for the host alpha. */
  String open(StreamSecurity security, String from) throws IOException {
    VmHost.Landing landing = landings(security).forXl("alpha", from);
    assertThat(landing.libvirtUri()).isEmpty();
    assertThat(landing.stream()).matches("127\\.0\\.0\\.1:\\d+");
    return landing.stream();
  }

  Landings landings(StreamSecurity security) {
    return new Landings(settings(security, arrival), environment());
  }

  HostSettings settings(StreamSecurity security, Duration time) {
    return new HostSettings(
        "127.0.0.1",
        Optional.empty(),
        Optional.empty(),
        false,
        security,
        Optional.empty(),
        runFolder(),
        SOON,
        time,
        SOON);
  }

  Path runFolder() {
    return folder.resolve("run");
  }

  Path streamFolder() {
    return folder.resolve("streams").resolve(VM);
  }

  /** Begins a move from alpha to beta, which stops half-way. */
  XlStream start(StreamSecurity security, String address) throws IOException {
    return XlStream.start(streamFolder(), VM, security.connector(address, "beta"), environment());
  }

  XlStream start() throws IOException {
    return start(StreamSecurity.PLAIN, open(StreamSecurity.PLAIN, "127.0.0.1"));
  }

  XlMigration migration(XlStream stream) throws Exception {
    return new XlMigration(
        VM,
        stream,
        Growth.unwatched(memory.length),
        new Suspension(room.host("alpha").dom0().xenStore(), new DomainId(5)),
        SOON);
  }

  /** Waits until half of the memory is sent, and lets the rest go. */
  void sendTheRest() throws IOException {
    awaitThat("half-sent");
    Files.writeString(folder.resolve("hold"), "go\n");
  }

  /**
   * What happened at either end: {@code goes-on}, {@code left}; {@code given-up}, {@code
   * unpaused-p}.
   */
  boolean happened(String what) {
    return Files.exists(folder.resolve(what));
  }

  void awaitThat(String what) {
    await(what).atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> happened(what));
  }

  void assertArrived() throws IOException {
    assertThat(Files.readAllBytes(folder.resolve("arrived"))).isEqualTo(memory);
  }

  /** Whether receivers are there that have not ended. */
  boolean hasReceivers() throws IOException {
    try (Stream<Path> files = Files.list(runFolder())) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("landing-"));
    }
  }

  void awaitReceiversEnd() throws IOException {
    if (Files.exists(runFolder())) {
      await("receivers' ends")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !hasReceivers());
    }
  }

  @Override
  public void close() throws IOException {
    awaitReceiversEnd();
    room.close();
  }
}
