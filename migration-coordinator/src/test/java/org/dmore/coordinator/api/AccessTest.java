package org.dmore.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.host.VmHost;
import org.dmore.rfb.LeakExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakExtension.class)
class AccessTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  @TempDir private static Path folder;
  private static ApiRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new ApiRig(folder);
    rig.control().answer("hosts", List::of);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource
  void eachRoleMayWhatItMayAndNothingElse(Role role) throws Exception {
    ApiTransport transport =
        rig.transport(Optional.of(rig.issue("all-" + role.text(), role).read().clientContext()));
    for (Route route : Routes.all()) {
      String path = filled(route);
      boolean ofHosts = path.startsWith("/v1/host/") || path.equals("/v1/host");
      boolean may =
          switch (role) {
            case HOST -> true;
            case OPERATOR -> !ofHosts;
            case VIEWER -> !ofHosts && route.method().equals(HttpMethod.GET);
          };
      // What may be done fails for another reason: its body is wrong, or nobody plays it.
      Answer answer = transport.send(route.method(), path, route.request().map(type -> "[]"), SOON);
      if (may) {
        assertThat(answer.status()).as("%s %s", role, route.id()).isNotIn(403, 404, 405);
      } else {
        assertThat(answer.status()).as("%s %s", role, route.id()).isEqualTo(403);
        assertThat(answer.body()).contains(role.text()).contains("FORBIDDEN");
      }
    }
  }

  /** A route's path with something in place of its names. */
  static String filled(Route route) {
    String[] ones = new String[route.path().names().size()];
    Arrays.fill(ones, "1");
    return route.path().fill(ones) + (route.query().isEmpty() ? "" : "?id=1");
  }

  @Test
  void whoeverMayNotLearnsNotEvenWhetherABodyWasRight() throws Exception {
    ApiClient viewer = rig.remote("eve", Role.VIEWER);
    assertThat(viewer.hosts()).isEmpty();
    assertThatThrownBy(() -> viewer.forgetPair("web1"))
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FORBIDDEN))
        .hasMessage("eve is viewer, and DELETE /v1/pairs/{pair} is for operators");
  }

  @Test
  void aClientWithoutACertificateIsNotLetIn() throws Exception {
    SslContext bare =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3")
            .trustManager(new PemFile(rig.keys().resolve("ca.pem")).certificates())
            .build();
    assertNotLetIn(rig.transport(Optional.of(bare)));
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotLetIn() throws Exception {
    Path foreign = folder.resolve("foreign");
    HostKeys.KeyFiles unused = HostKeys.makeAuthority(foreign);
    HostKeys.KeyFiles alice = HostKeys.issue(foreign, "alice", Role.OPERATOR, List.of());
    assertNotLetIn(transportWith(alice));
  }

  @Test
  void aCertificateThatHasExpiredOrIsNotValidYetIsNotLetIn() throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    assertNotLetIn(
        transportWith(
            HostKeys.issue(
                rig.keys(),
                "old",
                Role.OPERATOR,
                List.of(),
                now.minus(day.multipliedBy(2)),
                now.minus(day))));
    assertNotLetIn(
        transportWith(
            HostKeys.issue(
                rig.keys(),
                "new",
                Role.OPERATOR,
                List.of(),
                now.plus(day),
                now.plus(day.multipliedBy(2)))));
  }

  @Test
  void anOlderTlsIsNotSpoken() throws Exception {
    HostKeys.KeyFiles alice = rig.issue("old-tls", Role.OPERATOR);
    SslContext old =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.2")
            .keyManager(
                new PemFile(alice.key()).key(), new PemFile(alice.certificate()).certificates())
            .trustManager(new PemFile(alice.authority()).certificates())
            .build();
    assertNotLetIn(rig.transport(Optional.of(old)));
  }

  private static ApiTransport transportWith(HostKeys.KeyFiles keys) throws IOException {
    return rig.transport(
        Optional.of(
            ApiCredentials.readUnchecked(
                    keys.key(), keys.certificate(), rig.keys().resolve("ca.pem"))
                .clientContext()));
  }

  private static void assertNotLetIn(ApiTransport transport) {
    int before = rig.control().calls().size();
    assertThatThrownBy(() -> transport.send(HttpMethod.GET, "/v1/hosts", Optional.empty(), SOON))
        // The server's alert may be lost with the connection; what to look at is said in both
        // cases.
        .isInstanceOfSatisfying(
            ControlException.class,
            e -> assertThat(e.reason()).isIn(Reason.FORBIDDEN, Reason.UNAVAILABLE))
        .hasMessageContaining("certificate");
    assertThat(rig.control().calls()).hasSize(before);
  }

  // ---- what a client lets itself be told by

  @Test
  void aClientDoesNotTalkToAServerUnderAnotherAddress() throws Exception {
    // Its certificate is for 127.0.0.1 and localhost.
    try (ApiServer server = serverWith(rig.issue("gamma", Role.HOST), "127.0.0.2")) {
      assertRefusedByClient(
          URI.create("https://127.0.0.2:" + server.address().orElseThrow().getPort()), "misled");
    }
  }

  @Test
  void aClientDoesNotTakeAPersonsCertificateForAHosts() throws Exception {
    HostKeys.KeyFiles person =
        HostKeys.issue(rig.keys(), "posing", Role.OPERATOR, List.of("127.0.0.1"));
    try (ApiServer server = serverWith(person, "127.0.0.1")) {
      assertRefusedByClient(
          URI.create("https://127.0.0.1:" + server.address().orElseThrow().getPort()), "posed");
    }
  }

  private static void assertRefusedByClient(URI api, String name) throws IOException {
    ApiClient client =
        rig.keep(
            ApiClient.remote(api, rig.issue(name, Role.OPERATOR).read(), CallSettings.DEFAULT));
    assertThatThrownBy(client::hosts)
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("do not trust each other");
  }

  private static ApiServer serverWith(HostKeys.KeyFiles keys, String address) throws IOException {
    ApiServer server =
        new ApiServer(
            new ApiSettings(
                Optional.of(
                    new ApiSettings.Tcp(
                        new InetSocketAddress(InetAddress.getByName(address), 0), keys.read())),
                Optional.empty(),
                ApiLimits.DEFAULT),
            rig.control().as(ControlPlane.class),
            rig.host().as(VmHost.class));
    server.start();
    return server;
  }

  // ---- who a certificate is for

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=alice",
        "OU=operator",
        "CN=alice,OU=boss",
        "CN=alice,OU=Operator",
        "CN=alice,OU=operator,OU=host",
        "CN=alice,CN=bob,OU=operator",
        "CN=alice+OU=operator",
        "O=operator,CN=alice"
      })
  void aCertificateThatDoesNotSayOnceWhoAndWhatItIsGivesNoRole(String subject) throws Exception {
    Caller caller = callerOf(subject);
    assertThat(caller.role()).isEmpty();
    assertThat(caller.problem()).contains("subject=").contains("OU=operator");
  }

  @Test
  void aCertificatesSubjectSaysWhoAndWhatItIs() throws Exception {
    assertThat(callerOf("CN=alpha,OU=host,O=Example")).isEqualTo(Caller.of("alpha", Role.HOST));
    assertThat(callerOf("OU=viewer,CN=bob")).isEqualTo(Caller.of("bob", Role.VIEWER));
  }

  private static Caller callerOf(String subject) throws Exception {
    return CertificateSubject.callerOf(
        new CertificateBuilder()
            .subject(subject)
            .setIsCertificateAuthority(true)
            .buildSelfSigned()
            .getCertificate());
  }
}
