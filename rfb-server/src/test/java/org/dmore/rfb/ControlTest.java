package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.dmore.rfb.nullclient.NullClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who types, who watches, and how that changes. */
class ControlTest {
  private ServedDesktop served;
  private NullClient first;
  private NullClient second;

  /** Two clients, each on an event loop of its own if there are two. */
  private void serve(int loops, ControlPolicy policy, Identity... identities) throws IOException {
    served =
        new ServedDesktop(
            b ->
                b.control(policy)
                    .threads(loops)
                    .security(
                        ServedDesktop.as(
                            identities.length > 0
                                ? identities
                                : new Identity[] {Identity.full("")})));
    first = served.connect(NullClient.DESKTOP_NAME);
    second = served.connect(NullClient.DESKTOP_NAME);
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
  }

  private List<String> events(int sink) {
    return served.input.recordings().get(sink).events();
  }

  private void awaitEvents(int sink, String... events) {
    await().until(() -> served.input.recordings().size() > sink);
    await().untilAsserted(() -> assertThat(events(sink)).containsExactly(events));
  }

  /** Asks until the title is that. */
  private static void awaitTitle(NullClient client, String title) throws IOException {
    client.request(false);
    client.readUpdate();
    while (!client.name().equals("a desktop in memory" + title)) {
      client.request(true);
      client.readUpdate();
    }
  }

  @Test
  void whereAllTypeEachHasASinkFromTheStart() throws Exception {
    serve(2, ControlPolicy.everyone());
    second.key(true, 'b');
    first.key(true, 'a');
    awaitEvents(0, "key +61 0");
    awaitEvents(1, "key +62 0");
    assertThat(served.hasControl(0)).isTrue();
    assertThat(served.hasControl(1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void freeControlGoesToTheFirstThatTypesAndTheOthersWatch(int loops) throws Exception {
    serve(loops, ControlPolicy.whenFree());
    assertThat(served.hasControl(0) || served.hasControl(1)).isFalse();
    second.key(true, 'b');
    awaitEvents(0, "key +62 0");
    first.key(true, 'a');
    first.pointer(1, 5, 5);
    second.key(false, 'b');
    awaitEvents(0, "key +62 0", "key -62 0");
    assertThat(served.input.recordings()).hasSize(1);
    awaitTitle(second, " (1 watching)");
    awaitTitle(first, " (watching)");
    // Once the holder has left, what a watcher types is taken, from the first key on.
    second.close();
    await().until(() -> served.running() == 1);
    await().until(() -> events(0).contains("close"));
    awaitTitle(first, "");
    first.key(true, 'c');
    awaitEvents(1, "key +63 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theKeyThatTakesOverComesAfterTheReleaseOfTheOldHoldersKeys(int loops) throws Exception {
    serve(loops, ControlPolicy.whenIdle(Duration.ZERO));
    for (int round = 0; round < 20; round++) {
      NullClient taker = round % 2 == 0 ? first : second;
      taker.pointer(0, round, 0);
      taker.key(true, 'a' + round);
      taker.key(false, 'a' + round);
      taker.key(true, 'A' + round);
      String code = Integer.toHexString('a' + round);
      String held = Integer.toHexString('A' + round);
      int sink = round;
      await().until(() -> served.input.recordings().size() > sink);
      await()
          .untilAsserted(
              () ->
                  assertThat(events(sink)).contains("key -" + code + " 0", "key +" + held + " 0"));
      List<String> before = sink == 0 ? List.of("close") : events(sink - 1);
      // The old one was closed before the new one was opened, whatever threads they are on.
      assertThat(before).endsWith("close");
      assertThat(events(sink).stream().filter(e -> e.startsWith("key")))
          .containsExactly("key +" + code + " 0", "key -" + code + " 0", "key +" + held + " 0");
    }
  }

  @Test
  void movingThePointerTakesFreeControlButNotAnothers() throws Exception {
    serve(1, ControlPolicy.whenIdle(Duration.ZERO));
    first.pointer(0, 1, 1);
    awaitEvents(0, "pointer 0 1,1");
    second.pointer(0, 2, 2);
    second.key(false, 'x');
    first.pointer(0, 3, 3);
    awaitEvents(0, "pointer 0 1,1", "pointer 0 3,3");
    assertThat(served.input.recordings()).hasSize(1);
    second.pointer(1, 2, 2);
    awaitEvents(1, "pointer 1 2,2");
    assertThat(events(0)).endsWith("close");
  }

  @Test
  void aHolderThatIsNotIdleKeepsControl() throws Exception {
    serve(1, ControlPolicy.whenIdle(Duration.ofMinutes(10)));
    first.key(true, 'a');
    awaitEvents(0, "key +61 0");
    second.key(true, 'b');
    second.key(false, 'b');
    first.key(false, 'a');
    awaitEvents(0, "key +61 0", "key -61 0");
    assertThat(served.input.recordings()).hasSize(1);
  }

  @Test
  void aHolderThatHasBeenIdleLosesControlToWhoTypes() throws Exception {
    serve(2, ControlPolicy.whenIdle(Duration.ofMillis(60)));
    first.key(true, 'a');
    awaitEvents(0, "key +61 0");
    await()
        .until(
            () -> {
              second.key(true, 'b');
              return served.hasControl(1);
            });
    await().until(() -> events(1).contains("key +62 0"));
    assertThat(events(0)).containsExactly("key +61 0", "close");
  }

  @Test
  void theNewestHasControlAndAfterItTheNewestThatIsLeft() throws Exception {
    serve(2, ControlPolicy.newest(), Identity.full("ann"), Identity.full("bob"));
    await().until(() -> served.hasControl(1) && !served.hasControl(0));
    awaitTitle(first, " (watching, bob has control)");
    first.key(true, 'a');
    second.key(true, 'b');
    await().until(() -> served.input.last().events().equals(List.of("key +62 0")));
    NullClient third = served.connect(NullClient.DESKTOP_NAME);
    await().until(() -> served.hasControl(2) && !served.hasControl(1));
    third.close();
    await().until(() -> served.running() == 2 && served.hasControl(1));
    second.key(true, 'c');
    await().until(() -> served.input.last().events().equals(List.of("key +63 0")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void controlIsGivenAndTakenByTheEmbedder(int loops) throws Exception {
    serve(
        loops,
        ControlPolicy.whenFree(),
        Identity.full("ann"),
        Identity.full("bob"),
        Identity.viewOnly("eve"));
    served.connect();
    first.key(true, 'a');
    awaitEvents(0, "key +61 0");
    assertThat(served.server.giveControl(served.id(1))).isTrue();
    await().until(() -> served.hasControl(1) && !served.hasControl(0));
    assertThat(events(0)).containsExactly("key +61 0", "close");
    assertThat(served.server.giveControl(served.id(2))).as("view only").isFalse();
    assertThat(served.server.giveControl(4711)).isFalse();
    served.server.takeControl();
    await().until(() -> !served.hasControl(1));
    awaitTitle(first, " (watching)");
    first.key(true, 'b');
    second.key(true, 'b');
    assertThat(served.server.giveControl(served.id(0))).isTrue();
    await().until(() -> served.hasControl(0));
    first.key(true, 'c');
    await().until(() -> served.input.last().events().contains("key +63 0"));
    assertThat(served.input.recordings()).hasSize(3);
  }

  @Test
  void aHolderWhoseGuestHangsLosesControlAndIsReadOn() throws Exception {
    serve(1, ControlPolicy.whenFree());
    first.key(true, 'a');
    awaitEvents(0, "key +61 0");
    served.input.recordings().get(0).client().pauseInput();
    first.key(true, 'b');
    served.server.giveControl(served.id(1));
    await().until(() -> served.hasControl(1));
    // Its requests are read again, and what it typed meanwhile is dropped.
    served.desktop.fill(0, 0, 9, 9, 9);
    first.readUntilSame(served.desktop);
    assertThat(events(0)).containsExactly("key +61 0", "close");
  }

  @Test
  void whereAllTypeControlIsTakenFromAllAndGivenToAll() throws Exception {
    serve(2, ControlPolicy.everyone());
    served.server.takeControl();
    await().until(() -> !served.hasControl(0) && !served.hasControl(1));
    first.key(true, 'a');
    served.server.giveControl(served.id(0));
    await().until(() -> served.hasControl(0) && served.hasControl(1));
    first.key(true, 'b');
    await()
        .until(
            () ->
                served.input.recordings().stream().anyMatch(r -> r.events().contains("key +62 0")));
    assertThat(served.input.recordings().stream().flatMap(r -> r.events().stream()))
        .doesNotContain("key +61 0");
  }

  @Test
  void aViewOnlyClientIsSeenAndSeesWhatItIs() throws Exception {
    serve(1, ControlPolicy.everyone(), Identity.full("ann"), Identity.viewOnly("eve"));
    awaitTitle(first, " (1 watching)");
    awaitTitle(second, " (view only)");
    served.desktop.rename("vm7");
    while (!first.name().equals("vm7 (1 watching)")) {
      first.request(true);
      first.readUpdate();
    }
    second.close();
    while (!first.name().equals("vm7")) {
      first.request(true);
      first.readUpdate();
    }
  }

  @Test
  void anIdleClientIsDisconnectedAndOneThatTypesIsNot() throws Exception {
    served =
        new ServedDesktop(
            b -> b.limits(RfbLimits.builder().idleTimeout(Duration.ofMillis(600)).build()));
    NullClient idle = served.connect();
    NullClient busy = served.connect();
    idle.request(true);
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              busy.key(true, 'a');
              return served.running() == 1;
            });
    assertThat(idle.isClosedByServer()).isTrue();
    busy.readUntilSame(served.desktop);
  }

  @Test
  void oneAddressHasNotAllPlaces() throws Exception {
    served =
        new ServedDesktop(b -> b.limits(RfbLimits.builder().maxConnectionsPerAddress(2).build()));
    served.connect();
    NullClient leaving = served.connect();
    NullClient refused = NullClient.open(served.port());
    assertThat(refused.isClosedByServer()).isTrue();
    refused.close();
    leaving.close();
    await().until(() -> served.running() == 1);
    served.connect();
  }

  @Test
  void clientsThatLeaveAGuestThatHangsTakeNoPlaces() throws Exception {
    served = new ServedDesktop(b -> b.limits(RfbLimits.builder().maxConnections(2).build()));
    for (int i = 0; i < 5; i++) {
      NullClient client = served.connect();
      int sink = i;
      client.key(true, 'a');
      await().until(() -> served.input.recordings().size() > sink && !events(sink).isEmpty());
      served.input.recordings().get(i).client().pauseInput();
      client.key(true, 'b');
      client.close();
      await().until(() -> served.running() == 0);
    }
    // The first three are forgotten; what the last two typed is not lost.
    await().until(() -> served.server.clients().size() == 2);
    for (int i = 0; i < 5; i++) {
      served.input.recordings().get(i).client().resumeInput();
    }
    await().until(() -> served.server.clients().isEmpty());
    for (int i = 0; i < 5; i++) {
      assertThat(events(i))
          .containsExactly(
              i < 3
                  ? new String[] {"key +61 0", "close"}
                  : new String[] {"key +61 0", "key +62 0", "close"});
    }
  }
}
