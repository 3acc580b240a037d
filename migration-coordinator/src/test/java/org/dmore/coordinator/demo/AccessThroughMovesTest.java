package org.dmore.coordinator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.coordinator.host.ConsoleId;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationListener;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.token.TokenIssuer;
import org.dmore.coordinator.token.TokenRequest;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.Identity;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.AccessSettings;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.access.MemoryStore;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.vdev.service.ControlMessage;
import org.dmore.xen.DomainId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who was let in, and who may come, on the other host. */
class AccessThroughMovesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ConnectionInfo FROM =
      ConnectionInfo.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

  private final Clock consoleClock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-20));
  private final TokenIssuer issuer = TokenIssuer.withNewKey("dc1", Clock.systemUTC());
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final RecordedInput input = new RecordedInput();
  private AccessControl access;
  private DemoRoom room;

  @BeforeEach
  void open() throws Exception {
    access =
        new AccessControl(
            AccessSettings.ofPassword("").withTokens(DemoRoom.DOM_U, List.of()),
            MemoryStore.none(),
            consoleClock);
    ConsoledConfig config =
        ConsoledConfig.builder(DemoRoom.DOM_U, "")
            .control(ControlPolicy.whenIdle(Duration.ofMinutes(1)))
            .build();
    room =
        DemoRoom.open(
            DemoSettings.of(config).withSecurity(ConsoleSecurity.of(access)).small(),
            new MemoryJournal(),
            input);
    access.onRefusal((address, why, id) -> refusals.add(why.text()));
    ControlMessage keys = command("token-keys", Map.of("keys", issuer.publicKey().format()));
    assertThat(keys.text("keys")).isEqualTo(issuer.publicKey().id());
  }

  @AfterEach
  void close() {
    room.close();
  }

  private ControlMessage command(String verb, Map<String, String> arguments) throws Exception {
    return room.location()
        .agent()
        .command(ConsoleId.only(new DomainId(room.domRId())), verb, arguments, SOON);
  }

  private void oneTime(String id, String password, String right) throws Exception {
    Map<String, String> arguments =
        Map.of("id", id, "password", password, "right", right, "seconds", "600");
    assertThat(command("one-time", arguments).isOk()).isTrue();
  }

  private String token(ConsoleRight right, OptionalInt uses) {
    return issuer
        .issue(new TokenRequest(DemoRoom.DOM_U, right, Duration.ofMinutes(10), uses, ""))
        .text();
  }

  private Optional<Identity> show(String token) {
    return access.verify(token, FROM).toCompletableFuture().join();
  }

  private NullClient viewer(String password) throws Exception {
    NullClient client = NullClient.open(room.address().getPort());
    assertThat(client.authenticate(password)).isZero();
    client.init(true);
    return client;
  }

  private ClientInfo client(int index) {
    return room.consoled().server().clients().get(index);
  }

  @Test
  void usesRevocationsPasswordsAndSessionsGoWithThePair() throws Exception {
    oneTime("otp-types", "type1234", "control");
    oneTime("otp-looks", "look1234", "view");
    oneTime("otp-later", "late1234", "view");
    String used = token(ConsoleRight.CONTROL, OptionalInt.of(1));
    String half = token(ConsoleRight.CONTROL, OptionalInt.of(2));
    String fresh = token(ConsoleRight.CONTROL, OptionalInt.of(1));
    String revoked = token(ConsoleRight.VIEW, OptionalInt.empty());
    assertThat(show(used)).isPresent();
    assertThat(show(half)).isPresent();
    String revokedId = show(revoked).orElseThrow().credential().orElseThrow().id();
    assertThat(command("revoke", Map.of("id", revokedId)).text("sessions")).isEqualTo("0");

    try (NullClient types = viewer("type1234");
        NullClient looks = viewer("look1234")) {
      types.key(true, 'a');
      types.key(false, 'a');
      await().atMost(SOON).until(() -> input.count() == 2);
      await().atMost(SOON).until(() -> client(0).control());
      Instant since = client(0).since();
      Duration idle = client(1).idle();
      String former = room.location().name();

      MigrationReceipt receipt = room.migrate(MigrationListener.NONE);
      assertThat(receipt.isExact()).isTrue();
      assertThat(room.location().name()).isNotEqualTo(former);

      // The sessions: the same ones, who they are, who types, since when; idle clocks go on.
      assertThat(client(0).since()).isEqualTo(since);
      assertThat(client(0).control()).isTrue();
      assertThat(client(1).control()).isFalse();
      assertThat(client(1).idle()).isGreaterThan(idle);
      assertThat(command("sessions", Map.of()).arguments())
          .containsEntry("count", "2")
          .hasEntrySatisfying(
              "session-1",
              session -> assertThat(session).contains("right=control;control=true;", "otp-types"))
          .hasEntrySatisfying(
              "session-2",
              session -> assertThat(session).contains("right=view;control=false;", "otp-looks"));
      looks.key(true, 'b');
      looks.key(false, 'b');
      types.key(true, 'c');
      types.key(false, 'c');
      await().atMost(SOON).until(() -> input.count() == 4);
      assertThat(input.events()).containsExactly("+30", "-30", "+46", "-46");

      // What was used is used, what was half used has its half, and what was not is good.
      assertThat(show(used)).isEmpty();
      assertThat(show(half)).isPresent();
      assertThat(show(half)).isEmpty();
      assertThat(show(fresh)).isPresent();
      assertThat(show(revoked)).isEmpty();
      assertThat(refusals).containsExactly("token-used", "token-used", "token-revoked");
      try (NullClient later = viewer("late1234");
          NullClient again = NullClient.open(room.address().getPort())) {
        assertThat(later.width()).isPositive();
        assertThat(again.authenticate("late1234")).isEqualTo(1);
      }

      // And a session is ended there by what let it in here.
      assertThat(command("revoke", Map.of("id", "otp-looks")).text("sessions")).isEqualTo("1");
      assertThat(looks.isClosedByServer()).isTrue();
    }
  }
}
