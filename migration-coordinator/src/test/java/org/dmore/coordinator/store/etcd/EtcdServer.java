package org.dmore.coordinator.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd of one member, on the loopback, with a folder of its own. */
public final class EtcdServer implements AutoCloseable {
  private static final String PROGRAM = "etcd";
  private static final Duration START = Duration.ofSeconds(30);

  private final Path folder;
  private final List<String> command;
  private final URI endpoint;
  private Process process;

  private EtcdServer(Path folder, String scheme, List<String> more) throws IOException {
    this.folder = folder;
    int port = freePort();
    endpoint = URI.create(scheme + "://127.0.0.1:" + port);
    String peers = "http://127.0.0.1:" + freePort();
    command = new ArrayList<>(List.of(PROGRAM, "--name", "test"));
    command.addAll(List.of("--data-dir", folder.resolve("data").toString()));
    command.addAll(List.of("--listen-client-urls", endpoint.toString()));
    command.addAll(List.of("--advertise-client-urls", endpoint.toString()));
    command.addAll(List.of("--listen-peer-urls", peers));
    command.addAll(List.of("--initial-advertise-peer-urls", peers));
    command.addAll(List.of("--initial-cluster", "test=" + peers));
    // The shortest lease is one and a half elections.
    command.addAll(List.of("--heartbeat-interval", "20", "--election-timeout", "200"));
    command.addAll(more);
  }

  /** Starts one with an empty store. Skips the test where etcd is not installed. */
  public static EtcdServer start() throws Exception {
    return start("http", List.of());
  }

  /** As {@link #start()}, with more words on its command line. */
  static EtcdServer start(String scheme, List<String> more) throws Exception {
    needProgram();
    EtcdServer server = new EtcdServer(Files.createTempDirectory("dmore-etcd"), scheme, more);
    server.launch();
    return server;
  }

  /** Skips the test, or fails it where the environment says that all must run. */
  private static void needProgram() {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, PROGRAM)));
    String message = "etcd is not installed: apt-get install etcd-server";
    if ("1".equals(System.getenv("DMORE_REQUIRE_CLIENTS"))) {
      assertThat(there).as(message).isTrue();
    }
    assumeTrue(there, message);
  }

  /** Where it is asked. */
  public URI endpoint() {
    return endpoint;
  }

  /** As a crash: nothing is flushed, nobody is told. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts it again on what is on disk. */
  void launch() throws IOException {
    Path log = folder.resolve("log");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      await()
          .atMost(START)
          .pollInterval(Duration.ofMillis(20))
          .failFast("etcd ended: " + log, () -> !process.isAlive())
          .until(this::listens);
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new IOException("etcd does not start:\n" + Files.readString(log), e);
    }
  }

  void stop() throws Exception {
    signal("STOP");
  }

  void resume() throws Exception {
    signal("CONT");
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
