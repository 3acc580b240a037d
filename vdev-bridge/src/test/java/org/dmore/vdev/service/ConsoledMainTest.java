package org.dmore.vdev.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.embedded.DomainConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** consoled as a program: its settings, its end and its exit status. */
class ConsoledMainTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private MachineRoom room;
  private EmbeddedDomain domR;
  private ConsoledMain program;

  @BeforeEach
  void open() throws Exception {
    room = MachineRoom.builder().host("alpha", 16 * MIB).build();
    EmbeddedHost host = room.hosts().iterator().next();
    domR = host.createDomain(DomainConfig.of("console", 4 * MIB).asDriverDomain());
    host.unpause(domR);
    program = program(() -> domR.ports());
  }

  @AfterEach
  void close() {
    room.close();
  }

  private ConsoledMain program(ConsoledMain.PortsOpener opener) {
    return new ConsoledMain(opener, new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private String commandLine(String words) throws IOException {
    return "--kernel-command-line=" + Files.writeString(folder.resolve("cmdline"), words);
  }

  private String errors() {
    return errors.toString(StandardCharsets.UTF_8).strip();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean greets(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII)
          .equals("RFB ");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void eachOfSeveralGuestsHasAConsole() throws Exception {
    int port = freePort();
    ConsoledMain several = program(() -> domR.openPorts());
    String line = commandLine("dmore.guests=web1,db1 dmore.no-password dmore.port=" + port);
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(() -> several.run(List.of(line, "--listen=127.0.0.1")));
    await().until(() -> greets(port) && greets(port + 1));
    several.stop();
    assertThat(status.get()).isZero();
    assertThat(greets(port) || greets(port + 1)).isFalse();
  }

  @Test
  void ofSeveralConsolesNoneStaysIfOneCannotBe() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort() - 1;
      ConsoledMain several = program(() -> domR.openPorts());
      String line = commandLine("dmore.guests=web1,db1 dmore.no-password dmore.port=" + port);
      assertThat(several.run(List.of(line, "--listen=127.0.0.1")))
          .isEqualTo(ConsoledMain.PORT_TAKEN);
      assertThat(greets(port)).isFalse();
    }
  }

  @Test
  void itServesByTheKernelsCommandLineUntilItIsStopped() throws Exception {
    int port = freePort();
    String line = commandLine("quiet dmore.listen=127.0.0.1 dmore.no-password dmore.port=" + port);
    CompletableFuture<Integer> status =
        CompletableFuture.supplyAsync(() -> program.run(List.of(line)));

    await().atMost(Duration.ofSeconds(30)).until(() -> status.isDone() || greets(port));
    assertThat(status).as(errors()).isNotDone();
    program.stop();

    assertThat(status).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(0);
    assertThat(greets(port)).isFalse();
    assertThat(errors()).isEmpty();
  }

  @Test
  void aMistakeInTheSettingsShowsBeforeXenIsAskedFor() throws Exception {
    ConsoledMain nowhere =
        program(
            () -> {
              throw new IllegalStateException("must not be opened");
            });

    assertThat(nowhere.run(List.of(commandLine("dmore.password=x dmore.prot=1"))))
        .isEqualTo(ConsoledMain.WRONG_SETTINGS);
    assertThat(errors())
        .isEqualTo(
            "consoled: dmore.prot is not known: did you mean dmore.port?"
                + " (--help tells all settings)");
  }

  @Test
  void withoutXenItSaysWhatIsMissing() throws Exception {
    ConsoledMain nowhere =
        program(
            () -> {
              throw new XenException(Errno.ENOENT, "/dev/xen/gntdev is not there");
            });

    assertThat(nowhere.run(List.of(commandLine("dmore.no-password"))))
        .isEqualTo(ConsoledMain.NO_XEN);
    assertThat(errors()).isEqualTo("consoled: /dev/xen/gntdev is not there (ENOENT)");
  }

  @Test
  void aPortThatIsTakenHasAStatusOfItsOwn() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());

      assertThat(program.run(List.of(commandLine("dmore.no-password dmore.port=" + port))))
          .isEqualTo(ConsoledMain.PORT_TAKEN);
      assertThat(errors()).startsWith("consoled: ").contains(port);
    }
  }

  @Test
  void aFileThatCannotBeReadIsAFailureInALine() {
    assertThat(program.run(List.of("--kernel-command-line=" + folder.resolve("none"))))
        .isEqualTo(1);
    assertThat(errors()).startsWith("consoled: ").contains("none");
  }

  @Test
  void helpNamesEverySetting() {
    assertThat(program.run(List.of("--help"))).isEqualTo(0);
    assertThat(errors()).contains(ConsoledSettings.NAMES.keySet());
  }
}
