package org.dmore.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.host.PairBench;
import org.dmore.rfb.Identity;
import org.dmore.rfb.Right;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.IssuerKey;
import org.dmore.vdev.access.MemoryStore;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tokens and one-time passwords, as an operator makes them, on a console. */
class TokenCommandTest {
  private static final String DOM_R = PairBench.DOM_R;

  @TempDir Path folder;
  private final PairBench bench = new PairBench();
  private AccessControl access;
  private Consoled consoled;

  private record Result(int status, String out, String err) {}

  private Result run(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    Main.addDom0Commands(line, () -> new Dom0(bench.alpha().openDom0Ports(), () -> {}));
    line.setExecutionExceptionHandler(new ErrorMessage());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int status = line.execute(arguments);
    return new Result(status, out.toString(), err.toString());
  }

  private String out(String... arguments) {
    Result result = run(arguments);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out().strip();
  }

  @BeforeEach
  void open() throws Exception {
    access =
        new AccessControl(
            AccessSettings.ofPassword("").withTokens("web1", List.of()),
            MemoryStore.none(),
            Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-20)));
    EmbeddedDomain domR = bench.createDomR(DOM_R);
    consoled =
        new Consoled(
            ConsoledConfig.forGuest("web1", ""), ConsoleSecurity.of(access), domR.openPorts());
    consoled.start();
  }

  @AfterEach
  void close() {
    consoled.close();
    bench.close();
  }

  private Optional<Identity> show(String token) {
    ConnectionInfo from =
        ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    return access.verify(token, from).toCompletableFuture().join();
  }

  @Test
  void aTokenOpensTheConsoleUntilItIsRevoked() {
    String key = folder.resolve("issuer.key").toString();
    String made = out("token", "keygen", "--out", key, "--issuer", "dc1");
    assertThat(made).matches("key: file=\\S+ id=\\S+ public=\\S+:dc1:\\S{86}");
    String publicKey = made.replaceAll(".*public=", "");
    assertThat(out("consoled", "--domr", DOM_R, "token-keys", "keys=" + publicKey))
        .isEqualTo("token-keys: keys=" + IssuerKey.parse(publicKey).id());
    String token =
        out("token", "issue", "--key", key, "--vm", "web1", "--right", "view", "--user", "ann");
    Identity identity = show(token).orElseThrow();
    assertThat(identity.rights()).containsExactly(Right.VIEW);
    String id = identity.credential().orElseThrow().id();
    assertThat(out("token", "revoke", "--domr", DOM_R, "--id", id))
        .isEqualTo("revoked: sessions=0");
    assertThat(show(token)).isEmpty();

    String json =
        out(
            "token", "issue", "--key", key, "--vm", "web1", "--uses", "1", "--time", "1h",
            "--json");
    assertThat(json)
        .matches(
            "\\{\"event\":\"token\",\"id\":\"\\S{16}\",\"vm\":\"web1\",\"right\":\"control\","
                + "\"expires\":\"2\\S+Z\",\"token\":\"[A-Za-z0-9_.-]+\"\\}");
    String once = json.replaceAll(".*\"token\":\"|\"\\}", "");
    assertThat(show(once)).isPresent();
    assertThat(show(once)).isEmpty();

    String older = out("token", "issue", "--key", key, "--vm", "web1");
    assertThat(show(older)).isPresent();
    assertThat(out("token", "revoke", "--domr", DOM_R, "--issued-before", "now", "--json"))
        .isEqualTo("{\"event\":\"revoked\",\"sessions\":\"0\"}");
    assertThat(show(older)).isEmpty();
    assertThat(
            out(
                "token",
                "revoke",
                "--domr",
                DOM_R,
                "--user",
                "ann",
                "--issued-before",
                "2026-11-28T12:00:00Z"))
        .isEqualTo("revoked: sessions=0");
  }

  @Test
  void whatOneUserWasGivenIsRevoked() {
    String key = folder.resolve("issuer.key").toString();
    String made = out("token", "keygen", "--out", key, "--issuer", "dc1");
    String unused =
        out("consoled", "--domr", DOM_R, "token-keys", "keys=" + made.replaceAll(".*public=", ""));
    String anns = out("token", "issue", "--key", key, "--vm", "web1", "--user", "ann");
    String bens = out("token", "issue", "--key", key, "--vm", "web1", "--user", "ben");
    assertThat(show(anns)).isPresent();
    assertThat(out("token", "password", "--domr", DOM_R, "--user", "ann")).matches("\\w{8}");
    assertThat(out("token", "revoke", "--domr", DOM_R, "--user", "ann"))
        .isEqualTo("revoked: sessions=0");
    assertThat(show(anns)).isEmpty();
    assertThat(show(bens)).isPresent();
  }

  @Test
  void aOneTimePasswordOpensTheConsoleOnceAndItsSessionEndsWhenItIsRevoked() throws Exception {
    String json = out("token", "password", "--domr", DOM_R, "--right", "view", "--json");
    assertThat(json)
        .matches(
            "\\{\"event\":\"password\",\"id\":\"otp-[0-9a-f]+\",\"right\":\"view\","
                + "\"seconds\":300,\"uses\":1,\"password\":\"\\w{8}\"\\}");
    String password = json.replaceAll(".*\"password\":\"|\"\\}", "");
    String id = json.replaceAll(".*\"id\":\"(otp-[0-9a-f]+)\".*", "$1");
    try (NullClient client = NullClient.open(consoled.address().getPort())) {
      assertThat(client.authenticate(password)).isZero();
      client.init(true);
      await()
          .atMost(PairBench.SOON)
          .untilAsserted(
              () ->
                  assertThat(out("consoled", "--domr", DOM_R, "sessions"))
                      .startsWith("sessions: count=1 session-1=address=127.0.0.1:")
                      .contains("right=view;control=false;")
                      .contains(";credential=" + id + ";"));
      assertThat(out("token", "revoke", "--domr", DOM_R, "--id", id))
          .isEqualTo("revoked: sessions=1");
      assertThat(client.isClosedByServer()).isTrue();
    }
    assertThat(out("token", "password", "--domr", DOM_R)).matches("\\w{8}");
  }

  @Test
  void whatCannotBeIsSaidInALine() throws Exception {
    String key = folder.resolve("issuer.key").toString();
    assertThat(run("token", "issue", "--key", key, "--vm", "web1").err())
        .isEqualTo("dmore: key=" + key + " is not there: dmore token keygen makes one\n");
    assertThat(run("token", "keygen", "--out", key).status()).isZero();
    assertThat(run("token", "keygen", "--out", key).err()).contains("is there already");
    assertThat(run("token", "issue", "--key", key, "--vm", "web1", "--right", "all").err())
        .isEqualTo("dmore: right=all is not one of view, control, power\n");
    assertThat(run("token", "issue", "--key", key, "--vm", "web1", "--time", "48h").err())
        .contains("lifetime=172800s");
    assertThat(run("token", "revoke", "--domr", DOM_R).status()).isEqualTo(2);
    assertThat(run("token", "revoke", "--domr", DOM_R, "--issued-before", "soon").err())
        .contains("is neither now nor a time");
    assertThat(run("token", "password", "--domr", DOM_R, "--time", "2h").err())
        .contains("refused one-time: seconds=7200");
    assertThat(run("token").status()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("issuer.key"))).contains("\"d\":");
  }
}
