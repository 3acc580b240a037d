package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityExchange;
import org.dmore.rfb.security.SecurityOutcome;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a client is, what it may do, and what happens until that is known. */
class IdentityTest {
  private static final byte[] KEY_A = {4, 1, 0, 0, 0, 0, 0, 'a'};
  private static final byte[] POINTER = {5, 1, 0, 3, 0, 4};
  private static final byte[] CUT_TEXT = {6, 0, 0, 0, 0, 0, 0, 2, 'h', 'i'};

  private final MemoryDesktop desktop = new MemoryDesktop(60, 40);
  private final RecordingInput input = new RecordingInput();
  private final List<CompletableFuture<SecurityOutcome>> asked = new ArrayList<>();
  private RfbServer server;
  private int port;

  private void serve(RfbLimits limits, SecurityType... security) throws IOException {
    server =
        RfbServer.builder().desktop(desktop).input(input).security(security).limits(limits).build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void sendInput(NullClient client) throws IOException {
    client.send(KEY_A);
    client.send(POINTER);
    client.send(CUT_TEXT);
    client.readUntilSame(desktop);
  }

  @Test
  void theViewOnlyPasswordShowsAndTakesNoInput() throws IOException {
    serve(RfbLimits.defaults(), VncAuthentication.ofPasswords("geheim", "zeigher"));
    try (NullClient viewer = NullClient.open(port);
        NullClient user = NullClient.open(port)) {
      assertThat(viewer.authenticate("zeigher")).isZero();
      viewer.init(true);
      sendInput(viewer);
      // There is not even a sink.
      assertThat(input.recordings()).isEmpty();

      assertThat(user.authenticate("geheim")).isZero();
      user.init(true);
      sendInput(user);
      await().until(() -> !input.last().events("clipboard").isEmpty());
      assertThat(input.last().events("key")).hasSize(1);
      assertThat(input.last().events("pointer")).hasSize(1);
      assertThat(server.clients())
          .extracting(client -> client.identity().rights())
          .containsExactly(Set.of(Right.VIEW), Set.of(Right.values()));
    }
  }

  @Test
  void neitherPasswordLetsInWhereBothAreEmpty() throws IOException {
    serve(RfbLimits.defaults(), VncAuthentication.ofPasswords("", ""));
    try (NullClient client = NullClient.open(port)) {
      assertThat(client.authenticate("")).isEqualTo(1);
    }
  }

  @Test
  void everyoneMayBeLetInToLookOnly() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication(Identity.viewOnly("guest")));
    try (NullClient client = NullClient.connect(port)) {
      sendInput(client);
      assertThat(input.recordings()).isEmpty();
      assertThat(server.clients())
          .extracting(ClientInfo::identity)
          .containsExactly(Identity.viewOnly("guest"));
    }
  }

  @Test
  void whoMayNotLookIsNotLetIn() throws IOException {
    serve(RfbLimits.defaults(), new NoAuthentication(new Identity("ghost", Set.of(Right.CONTROL))));
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      client.in().readFully(new byte[2]);
      client.send((byte) 1);
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).contains("user=ghost has no right");
    }
  }

  /** A type whose answer is completed by the test; it takes one byte. */
  private final class Slow implements SecurityType {
    @Override
    public int number() {
      return 77;
    }

    @Override
    public String name() {
      return "Slow";
    }

    @Override
    public SecurityExchange begin(ConnectionInfo connection) {
      return new SecurityExchange() {
        @Override
        public SecurityOutcome start(ByteBuf out) {
          return new SecurityOutcome.Pending();
        }

        @Override
        public SecurityOutcome receive(ByteBuf in, ByteBuf out) {
          in.readByte();
          CompletableFuture<SecurityOutcome> answer = new CompletableFuture<>();
          synchronized (asked) {
            asked.add(answer);
          }
          return new SecurityOutcome.Verifying(answer);
        }
      };
    }
  }

  private NullClient ask() throws IOException {
    int before = askedSoFar();
    NullClient client = NullClient.open(port);
    client.version("003.008");
    client.in().readFully(new byte[2]);
    client.send(new byte[] {77, 1});
    await().until(() -> askedSoFar() > before);
    return client;
  }

  private int askedSoFar() {
    synchronized (asked) {
      return asked.size();
    }
  }

  private CompletableFuture<SecurityOutcome> lastAsked() {
    synchronized (asked) {
      return asked.get(asked.size() - 1);
    }
  }

  @Test
  void aClientThatIsBeingVerifiedWaitsWithAllThatItSends() throws IOException {
    serve(RfbLimits.defaults(), new Slow());
    try (NullClient client = ask()) {
      client.send((byte) 1); // ClientInit
      client.send(KEY_A);
      Thread other =
          new Thread(
              () -> lastAsked().complete(new SecurityOutcome.Accepted(Identity.full("alice"))));
      other.start();
      assertThat(client.in().readInt()).isZero();
      await().until(() -> input.recordings().size() == 1 && input.last().events("key").size() == 1);
      assertThat(server.clients().get(0).identity().name()).isEqualTo("alice");
    }
  }

  @Test
  void whatAFloodingClientSendsMeanwhileStaysInItsSocket() throws Exception {
    serve(RfbLimits.defaults(), new Slow());
    try (NullClient client = ask()) {
      Thread flood =
          new Thread(
              () -> {
                byte[] much = new byte[1 << 20];
                try {
                  for (int i = 0; i < 64; i++) {
                    client.send(much);
                  }
                } catch (IOException cut) {
                  // it is cut in the end
                }
              });
      flood.start();
      // The sender comes to a stand: the server takes one read's worth and no more.
      await().until(() -> flood.getState() == Thread.State.RUNNABLE && blocked(flood));
      assertThat(server.clients().get(0).bytesReceived()).isLessThan(1 << 20);
      lastAsked().complete(new SecurityOutcome.Rejected("no"));
      assertThat(client.in().readInt()).isEqualTo(1);
      client.reset();
      flood.join();
    }
  }

  private static boolean blocked(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getMethodName().contains("park") || frame.getMethodName().contains("poll")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aCheckThatFailsRefusesAndDoesNotBlockTheAddress() throws IOException {
    serve(
        RfbLimits.builder().maxAuthenticationFailures(1).firstBlock(Duration.ofHours(1)).build(),
        new Slow());
    for (int i = 0; i < 2; i++) {
      try (NullClient client = ask()) {
        lastAsked().completeExceptionally(new IllegalStateException("the directory is down"));
        assertThat(client.in().readInt()).isEqualTo(1);
        assertThat(client.readString()).contains("not possible now");
      }
    }
    try (NullClient client = ask()) {
      lastAsked().complete(new SecurityOutcome.Rejected("authentication failed"));
      assertThat(client.in().readInt()).isEqualTo(1);
    }
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      assertThat(client.in().readUnsignedByte()).isZero();
    }
  }

  @Test
  void aGuessThatWaitsWhenItsAddressIsBlockedDoesNotLearnWhetherItWasRight() throws IOException {
    serve(
        RfbLimits.builder().maxAuthenticationFailures(1).firstBlock(Duration.ofHours(1)).build(),
        new Slow());
    try (NullClient first = ask();
        NullClient wrong = ask();
        NullClient right = ask()) {
      asked.get(0).complete(new SecurityOutcome.Rejected("authentication failed"));
      assertThat(first.in().readInt()).isEqualTo(1);
      assertThat(first.readString()).isEqualTo("authentication failed");
      asked.get(1).complete(new SecurityOutcome.Rejected("authentication failed"));
      asked.get(2).complete(new SecurityOutcome.Accepted(Identity.full("alice")));
      assertThat(wrong.in().readInt()).isEqualTo(1);
      assertThat(right.in().readInt()).isEqualTo(1);
      assertThat(wrong.readString())
          .isEqualTo(right.readString())
          .contains("too many failed authentications");
    }
  }

  @Test
  void theDeadlineOfTheHandshakeHoldsWhileVerifying() throws IOException {
    serve(RfbLimits.builder().handshakeTimeout(Duration.ofMillis(200)).build(), new Slow());
    try (NullClient client = ask()) {
      assertThat(client.isClosedByServer()).isTrue();
      await().until(() -> server.clients().isEmpty());
      lastAsked().complete(new SecurityOutcome.Accepted(Identity.full("late")));
    }
    assertThat(input.recordings().size()).isZero();
  }

  @Test
  void aTypeThatIsNotOfferedToAConnectionCannotBeHad() throws IOException {
    SecurityType encryptedOnly =
        new SecurityType() {
          @Override
          public int number() {
            return 77;
          }

          @Override
          public String name() {
            return "EncryptedOnly";
          }

          @Override
          public boolean isOfferedTo(ConnectionInfo connection) {
            return connection.encrypted();
          }

          @Override
          public SecurityExchange begin(ConnectionInfo connection) {
            throw new IllegalStateException("it was not offered");
          }
        };
    serve(RfbLimits.defaults(), encryptedOnly, new NoAuthentication());
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      assertThat(client.in().readUnsignedShort()).isEqualTo(0x0101);
      client.send((byte) 77);
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("security-type=77 was not offered");
    }
    server.close();
    serve(RfbLimits.defaults(), encryptedOnly);
    try (NullClient client = NullClient.open(port)) {
      client.version("003.008");
      assertThat(client.in().readUnsignedByte()).isZero();
      assertThat(client.readString()).contains("no security type is offered");
    }
  }

  @Test
  void anIdentitySaysWhatItMay() {
    assertThat(Identity.full("a").may(Right.POWER)).isTrue();
    assertThat(Identity.viewOnly("a").may(Right.CONTROL)).isFalse();
    assertThat(Identity.viewOnly("a").rights()).containsExactly(Right.VIEW);
    assertThatThrownBy(() -> Identity.full("a\nclient id=1 connected"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
