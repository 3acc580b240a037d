package org.dmore.coordinator.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import org.dmore.coordinator.cli.Main;
import org.dmore.coordinator.control.RoomPair;
import org.dmore.coordinator.host.EmbeddedVmHost;
import org.dmore.coordinator.store.etcd.EtcdServer;
import org.dmore.xen.embedded.MachineRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Two hostds as they are in use: settings from files, keys, one etcd, the API between them, and the
 * commands that an operator gives. Only the hosts below are embedded ones.
 */
class HostdTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final Deque<AutoCloseable> closers = new ArrayDeque<>();
  private final List<String> addresses = new ArrayList<>();
  private MachineRoom room;
  private RoomPair pair;

  private record Result(int status, String out, String err) {
    JsonNode event(String name) throws Exception {
      for (String line : out.lines().toList()) {
        JsonNode node = JSON.readTree(line);
        if (node.path("event").asText().equals(name)) {
          return node;
        }
      }
      throw new AssertionError("there is no event=" + name + ": " + out + err);
    }
  }

  @BeforeEach
  void open() throws Exception {
    EtcdServer etcd = EtcdServer.start();
    closers.push(etcd);
    HostKeys.KeyFiles authority = HostKeys.makeAuthority(folder);
    HostKeys.KeyFiles ann = HostKeys.issue(folder, "ann", Role.OPERATOR, List.of());
    assertThat(ann.authority()).isEqualTo(authority.authority());
    room = MachineRoom.builder().host("alpha", 64 << 20).host("beta", 64 << 20).build();
    closers.push(room);
    EmbeddedVmHost alpha = start("alpha", etcd);
    EmbeddedVmHost unused = start("beta", etcd);
    pair = new RoomPair(room.host("alpha"), alpha.agent(), "web1");
    closers.push(pair);
  }

  @AfterEach
  void close() throws Exception {
    while (!closers.isEmpty()) {
      closers.pop().close();
    }
  }

  private EmbeddedVmHost start(String name, EtcdServer etcd) throws Exception {
    HostKeys.KeyFiles keys = HostKeys.issue(folder, name, Role.HOST, List.of("127.0.0.1"));
    Path file =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            name: %s
            address: 127.0.0.1
            socket: %s
            operators: {users: [%s]}
            api:
              listen: 127.0.0.1:%d
              key: %s
              certificate: %s
              authority: %s
            store:
              etcd:
                endpoints: ["%s"]
            run: %s
            audit: %s
            migration:
              drain: 50ms
              paused-bound: 20s
            """
                .formatted(
                    name,
                    socket(name),
                    Files.getAttribute(folder, "unix:uid"),
                    freePort(),
                    keys.key(),
                    keys.certificate(),
                    keys.authority(),
                    etcd.endpoint(),
                    folder.resolve("run-" + name),
                    audit(name)));
    EmbeddedVmHost host =
        new EmbeddedVmHost(
            room.host(name),
            (vm, options) ->
                options.withBandwidth(100_000_000).withDowntimeOverhead(Duration.ofMillis(2)));
    closers.push(host);
    Hostd hostd = Hostd.start(HostdSettings.read(file), host);
    closers.push(hostd);
    addresses.add("https://127.0.0.1:" + hostd.address().orElseThrow().getPort());
    return host;
  }

  private Path socket(String name) {
    return folder.resolve(name + ".sock");
  }

  private Path audit(String name) {
    return folder.resolve(name + "-audit.log");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Result run(List<String> arguments) {
    CommandLine line = Main.commandLine();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int status = line.execute(arguments.toArray(String[]::new));
    return new Result(status, out.toString(), err.toString());
  }

  /** As a user of alpha's socket. */
  private Result onAlpha(String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("--hostd", "unix:" + socket("alpha")));
    return run(words);
  }

  /** As an operator elsewhere who asks beta. */
  private Result overTls(String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("--hostd", addresses.get(1)));
    words.addAll(List.of("--cert", folder.resolve("ann.pem").toString()));
    words.addAll(List.of("--key", folder.resolve("ann.key").toString()));
    words.addAll(List.of("--ca", folder.resolve("ca.pem").toString()));
    return run(words);
  }

  @Test
  void anOperatorsCommandsMoveAPairBetweenHostsAndNoKeyOfItsViewerIsLost() throws Exception {
    Result added =
        onAlpha(
            "pairs",
            "add",
            "web1",
            "--domu",
            "web1",
            "--domr",
            "web1-console",
            "--console",
            pair.record().console());
    assertThat(added.status()).as(added.err()).isZero();
    assertThat(added.out()).isEqualTo("pair=web1 is known, on host=alpha\n");
    await().atMost(SOON).until(() -> overTls("hosts").out().contains("beta"));

    ScheduledExecutorService fingers = Executors.newSingleThreadScheduledExecutor();
    closers.push(fingers::shutdownNow);
    var typing = fingers.scheduleWithFixedDelay(() -> pair.type('k'), 0, 5, TimeUnit.MILLISECONDS);
    Result moved = onAlpha("migrate", "web1", "beta", "--wait", "--json");
    assertThat(moved.status()).as(moved.err() + moved.out()).isZero();
    JsonNode receipt = moved.event("receipt");
    assertExact(receipt, "alpha", "beta");
    String id = receipt.path("migration").asText();
    Result shown = overTls("migrations", "show", id, "--json");
    assertThat(shown.status()).as(shown.err()).isZero();
    assertThat(shown.out()).contains(id, "\"lost\":0");

    Result drained = overTls("drain", "beta", "--wait", "--json");
    assertThat(drained.status()).as(drained.err() + drained.out()).isZero();
    assertThat(drained.event("done").path("moved").get(0).asText()).isEqualTo("web1");
    boolean unused = typing.cancel(false);
    pair.assertSoundAt("alpha");
    assertAudited(id);
    Result list = onAlpha("migrations", "--json");
    assertThat(list.out().lines()).hasSize(2);
    for (String line : list.out().lines().toList()) {
      JsonNode move = JSON.readTree(line);
      assertThat(move.path("receipt").path("lost").asInt(-1)).as(line).isZero();
      assertThat(move.path("receipt").path("duplicated").asInt(-1)).as(line).isZero();
    }
  }

  /** All of the move is in the file, and nobody else may read it. */
  private void assertAudited(String id) throws Exception {
    List<String> seen = new ArrayList<>();
    for (String line : Files.readAllLines(audit("alpha"))) {
      JsonNode event = JSON.readTree(line);
      assertThat(event.path("host").asText()).isEqualTo("alpha");
      if (event.path("migration").asText().equals(id)) {
        seen.add(event.path("event").asText() + " " + event.path("step").asText());
      }
    }
    assertThat(seen)
        .contains("migration-step DETACH", "migration-step COMMIT", "migration-step VERIFY")
        .endsWith("migration-ended ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit("alpha"))))
        .isEqualTo("rw-------");
  }

  private static void assertExact(JsonNode receipt, String from, String to) {
    assertThat(receipt.path("from").asText()).isEqualTo(from);
    assertThat(receipt.path("to").asText()).isEqualTo(to);
    assertThat(receipt.path("accepted").asLong()).as("%s", receipt).isPositive();
    assertThat(receipt.path("held").asLong()).as("%s", receipt).isPositive();
    assertThat(receipt.path("deliveredAfter").asLong()).isEqualTo(receipt.path("held").asLong());
    assertThat(receipt.path("lost").asInt(-1)).isZero();
    assertThat(receipt.path("duplicated").asInt(-1)).isZero();
    assertThat(receipt.path("complete").asBoolean()).isTrue();
  }

  @Test
  void whoHasNoCertificateOfTheAuthorityIsSentAway() throws Exception {
    Path foreign = folder.resolve("foreign");
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(foreign);
    HostKeys.KeyFiles eve = HostKeys.issue(foreign, "eve", Role.OPERATOR, List.of());
    Result refused =
        run(
            List.of(
                "hosts",
                "--hostd",
                addresses.get(0),
                "--cert",
                eve.certificate().toString(),
                "--key",
                eve.key().toString(),
                "--ca",
                folder.resolve("ca.pem").toString()));
    assertThat(refused.status()).as(refused.err()).isEqualTo(4);
    assertThat(refused.out()).isEmpty();
    assertThat(onAlpha("hosts").status()).isZero();
  }
}
