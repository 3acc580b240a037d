package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.clients.VirtualScreen;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dmore console --open} with TigerVNC's viewer. */
class OpenViewerTest {
  private static final String PASSWORD = "geheim12";

  @TempDir Path folder;
  private final CommandBench bench = new CommandBench();

  @Test
  void aRealViewerIsLetInWithoutItsUserTypingThePassword() throws Exception {
    VirtualScreen.needs("xtigervncviewer", "tigervnc-viewer");
    try (RfbServer server =
            RfbServer.builder()
                .desktop(new MemoryDesktop(320, 200))
                .security(VncAuthentication.ofPassword(PASSWORD))
                .build();
        VirtualScreen screen = VirtualScreen.open(folder, 640, 480)) {
      int port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
      Path viewer = folder.resolve("vncviewer");
      Path tell = folder.resolve("display");
      assertThat(screen.start("sh", "-c", "echo $DISPLAY > " + tell).waitFor()).isZero();
      String display = Files.readString(tell).strip();
      Files.writeString(viewer, "#!/bin/sh\nDISPLAY=" + display + " exec xtigervncviewer \"$@\"\n");
      Files.setPosixFilePermissions(viewer, PosixFilePermissions.fromString("rwxr-xr-x"));
      bench.plane.answer(
          new ConsoleAccess(
              "127.0.0.1:" + port, ConsoleRequest.Kind.PASSWORD, PASSWORD, "otp-1", Instant.EPOCH));
      bench.withPrograms(folder);
      CompletableFuture<Result> ending =
          CompletableFuture.supplyAsync(() -> bench.run("console", "web1", "--open"));
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(server.clients()).hasSize(1));
      Optional<ProcessHandle> process =
          ProcessHandle.current()
              .children()
              .filter(
                  child ->
                      child
                          .info()
                          .commandLine()
                          .map(line -> line.contains("127.0.0.1::" + port))
                          .orElse(false))
              .findFirst();
      assertThat(process).isPresent();
      assertThat(process.get().info().commandLine().orElseThrow())
          .contains("-passwd")
          .doesNotContain(PASSWORD);
      assertThat(process.get().destroy()).isTrue();
      Result result = ending.get(20, TimeUnit.SECONDS);
      assertThat(result.out()).doesNotContain(PASSWORD);
      assertThat(result.err()).isEmpty();
    }
  }
}
