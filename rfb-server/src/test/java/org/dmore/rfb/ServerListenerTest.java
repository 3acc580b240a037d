package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an embedder hears of clients, for an audit. */
class ServerListenerTest {
  private static final Identity ANN =
      new Identity(
          "ann", EnumSet.allOf(Right.class), Optional.of(new Credential("t1", Instant.EPOCH)));

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private ServedDesktop served;

  @AfterEach
  void stop() throws IOException {
    if (served != null) {
      served.close();
    }
  }

  private final class Recorder implements ServerListener {
    @Override
    public void connected(ClientInfo client) {
      heard.add("connected " + client.id() + " " + client.transport());
    }

    @Override
    public void refused(SocketAddress address, ServerMetrics.Refusal why, String reason) {
      heard.add("refused " + why + " " + reason);
    }

    @Override
    public void entered(ClientInfo client) {
      String credential = client.identity().credential().map(Credential::id).orElse("none");
      heard.add("entered " + client.id() + " " + client.identity().name() + " by " + credential);
    }

    @Override
    public void controlled(ClientInfo client) {
      heard.add("controlled " + client.id());
    }

    @Override
    public void left(ClientInfo client, boolean entered, String reason, Duration time) {
      heard.add("left " + client.id() + " " + entered + " " + reason);
    }

    @Override
    public void power(Client client, String action, String result) {
      heard.add("power " + client.id() + " " + action + " " + result);
    }

    @Override
    public void clipboard(Client client, Direction direction, int transfers, long length) {
      heard.add("clipboard " + direction + " " + transfers + " " + length);
    }
  }

  /** Waits for the end of all sessions, and for what is told of it, which may come after that. */
  private void awaitHeardToTheEnd(String... all) {
    await().until(() -> served.server.clients().isEmpty());
    await().untilAsserted(() -> assertThat(heard).containsExactly(all));
  }

  @Test
  void aSessionIsToldFromItsConnectionToItsEnd() throws Exception {
    served = new ServedDesktop(b -> b.security(ServedDesktop.as(ANN)).listener(new Recorder()));
    NullClient client = served.connect();
    client.send(
        (byte) 6,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) 0,
        (byte) 2,
        (byte) 'h',
        (byte) 'i');
    await().until(() -> heard.contains("clipboard TO_GUEST 1 2"));
    client.close();
    awaitHeardToTheEnd(
        "connected 1 tcp",
        "entered 1 ann by t1",
        "clipboard TO_GUEST 1 2",
        "left 1 true closed by the client");
  }

  @Test
  void aRefusalIsToldWithItsReasonAndTheEndOfASessionThatNeverWas() throws Exception {
    served =
        new ServedDesktop(
            b -> b.security(VncAuthentication.ofPassword("geheim")).listener(new Recorder()));
    try (NullClient client = NullClient.open(served.port())) {
      assertThat(client.authenticate("falsch")).isEqualTo(1);
    }
    awaitHeardToTheEnd(
        "connected 1 tcp",
        "refused AUTHENTICATION authentication failed",
        "left 1 false refused: authentication failed");
  }

  @Test
  void controlThatPassesIsTold() throws Exception {
    served = new ServedDesktop(b -> b.control(ControlPolicy.newest()).listener(new Recorder()));
    served.connect();
    await().until(() -> heard.contains("controlled 1"));
    served.connect();
    await().until(() -> heard.contains("controlled 2"));
    assertThat(heard)
        .containsSubsequence(
            "entered 1  by none", "controlled 1", "entered 2  by none", "controlled 2");
  }

  @Test
  void whatIsAskedOfThePowerSwitchIsToldWithItsOutcome() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    served = new ServedDesktop(b -> b.power((action, client) -> done).listener(new Recorder()));
    NullClient client = served.connect(NullClient.XVP);
    client.send((byte) 250, (byte) 0, (byte) 1, (byte) 4);
    await().until(() -> heard.contains("power 1 RESET requested"));
    done.completeExceptionally(new IOException("no such machine"));
    await().until(() -> heard.stream().anyMatch(line -> line.startsWith("power 1 RESET failed:")));
  }

  @Test
  void aListenerThatFailsHarmsNoClient() throws Exception {
    served =
        new ServedDesktop(
            b ->
                b.listener(
                    new ServerListener() {
                      @Override
                      public void entered(ClientInfo client) {
                        throw new IllegalStateException("no disk");
                      }
                    }));
    NullClient client = served.connect();
    client.readUntilSame(served.desktop);
    assertThat(served.running()).isEqualTo(1);
  }

  @Test
  void aClientIsIdleSinceItsLastKeyAndNotSinceItsLastRequest() throws Exception {
    served = new ServedDesktop(b -> b);
    NullClient client = served.connect();
    await().until(() -> idle().compareTo(Duration.ofMillis(50)) > 0);
    client.readUntilSame(served.desktop);
    assertThat(idle()).isGreaterThan(Duration.ofMillis(50));
    Duration before = idle();
    client.key(true, 'a');
    await().until(() -> idle().compareTo(before) < 0);
  }

  private Duration idle() {
    return served.server.clients().get(0).idle();
  }
}
