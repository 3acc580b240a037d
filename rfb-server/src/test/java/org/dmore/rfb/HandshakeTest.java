package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who gets in, who does not, what is said, and that the others are served all the while. */
class HandshakeTest {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeTest.class);
  private static final SecurityType NONE = new NoAuthentication();
  private static final SecurityType VNC = VncAuthentication.ofPassword("geheim789");

  private final MemoryDesktop desktop = new MemoryDesktop(100, 50);
  private final RecordingInput input = new RecordingInput();
  private RfbServer server;
  private int port;

  private void serve(RfbLimits limits, Sharing sharing, SecurityType... security)
      throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(security)
            .sharing(sharing)
            .limits(limits)
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  private void serve(SecurityType... security) throws IOException {
    serve(RfbLimits.defaults(), Sharing.HONOUR_CLIENT, security);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    assertThat(desktop.listeners()).isZero();
  }

  private NullClient open(String version) throws IOException {
    NullClient client = NullClient.open(port);
    client.version(version);
    return client;
  }

  @Test
  void in33TheServerSaysNoneAndThereIsNoResult() throws IOException {
    serve(NONE);
    try (NullClient client = open("003.003")) {
      assertThat(client.in().readInt()).isEqualTo(1);
      client.init(true);
      client.readUntilSame(desktop);
    }
  }

  @Test
  void whoMayOnlyLookSendsNoOneAway() throws IOException {
    serve(VncAuthentication.ofPasswords("geheim78", "zeigher8"));
    try (NullClient owner = NullClient.open(port);
        NullClient viewer = NullClient.open(port)) {
      assertThat(owner.authenticate("geheim78")).isZero();
      owner.init(true);
      owner.readUntilSame(desktop);
      assertThat(viewer.authenticate("zeigher8")).isZero();
      viewer.init(false);
      viewer.readUntilSame(desktop);
      desktop.fill(1, 1, 20, 20, 0x123456);
      owner.readUntilSame(desktop);
      viewer.readUntilSame(desktop);
      assertThat(server.clients()).hasSize(2);
    }
  }

  @Test
  void in37NoneHasNoResult() throws IOException {
    serve(NONE);
    try (NullClient client = open("003.007")) {
      assertThat(client.in().readUnsignedShort()).isEqualTo(0x0101);
      client.send((byte) 1);
      client.init(true);
      client.readUntilSame(desktop);
    }
  }

  @Test
  void theFirst8BytesOfThePasswordLetIn() throws IOException {
    serve(VNC);
    try (NullClient client = NullClient.open(port)) {
      assertThat(client.authenticate("geheim78")).isZero();
      client.init(true);
      client.readUntilSame(desktop);
      assertThat(client.name()).isEqualTo("a desktop in memory");
    }
  }

  @Test
  void aWrongPasswordIsAnsweredWithAReasonAfterAWhile() throws IOException {
    serve(VNC);
    try (NullClient client = NullClient.open(port)) {
      long before = System.nanoTime();
      assertThat(client.authenticate("gehein78")).isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(95));
      assertThat(client.readString()).isEqualTo("authentication failed");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void before38AFailureHasNoReason() throws IOException {
    serve(VNC);
    for (String version : List.of("003.003", "003.007")) {
      try (NullClient client = open(version)) {
        if (version.equals("003.003")) {
          assertThat(client.in().readInt()).isEqualTo(2);
        } else {
          assertThat(client.in().readUnsignedShort()).isEqualTo(0x0102);
          client.send((byte) 2);
        }
        client.in().readFully(new byte[16]);
        client.send(new byte[16]);
        assertThat(client.in().readInt()).isEqualTo(1);
        assertThat(client.in().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void aChallengeIsNeverUsedAgain() throws IOException {
    serve(VNC);
    List<String> challenges = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      try (NullClient client = open("003.003")) {
        assertThat(client.in().readInt()).isEqualTo(2);
        byte[] challenge = new byte[16];
        client.in().readFully(challenge);
        challenges.add(new String(challenge, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(challenges).doesNotHaveDuplicates();
  }

  @Test
  void anEmptyPasswordLetsNoOneIn() throws IOException {
    serve(VncAuthentication.ofPassword(""));
    try (NullClient client = NullClient.open(port)) {
      assertThat(client.authenticate("")).isEqualTo(1);
    }
  }

  @Test
  void aSecurityTypeThatWasNotOfferedIsRefused() throws IOException {
    serve(VNC);
    try (NullClient client = open("003.008")) {
      assertThat(client.in().readUnsignedShort()).isEqualTo(0x0102);
      client.send((byte) 1);
      assertThat(client.in().readInt()).isEqualTo(1);
      assertThat(client.readString()).isEqualTo("security-type=1 was not offered");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void anAddressThatFailsTooOftenIsBlockedWithItsRightPasswordToo() throws IOException {
    serve(
        RfbLimits.builder().maxAuthenticationFailures(2).firstBlock(Duration.ofMillis(300)).build(),
        Sharing.HONOUR_CLIENT,
        VNC);
    for (int i = 0; i < 2; i++) {
      try (NullClient client = NullClient.open(port)) {
        assertThat(client.authenticate("wrong")).isEqualTo(1);
      }
    }
    try (NullClient client = open("003.008")) {
      assertThat(client.in().readUnsignedByte()).isZero();
      assertThat(client.readString()).contains("too many failed authentications");
      assertThat(client.isClosedByServer()).isTrue();
    }
    await()
        .until(
            () -> {
              try (NullClient client = NullClient.open(port)) {
                return client.authenticate("geheim789") == 0;
              } catch (IOException stillBlocked) {
                return false;
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void brokenBytesInAnyStateEndThatConnectionAndNoOther(int state) throws IOException {
    serve(NONE);
    try (NullClient other = NullClient.connect(port);
        NullClient broken = NullClient.open(port)) {
      other.readUntilSame(desktop);
      if (state > 0) {
        broken.version("003.008");
      }
      if (state > 1) {
        broken.choose(1);
      }
      if (state > 2) {
        broken.init(true);
      }
      if (state > 3) {
        broken.readUntilSame(desktop);
      }
      byte[] noise = new byte[5000];
      Arrays.fill(noise, (byte) (state == 2 ? 0xfe : 0x77));
      try {
        broken.send(noise);
      } catch (IOException closedAlready) {
        // as it should be
      }
      assertThat(broken.isClosedByServer()).isTrue();
      desktop.fill(0, 0, 100, 50, 0x123456);
      other.readUntilSame(desktop);
    }
  }

  @Test
  void aHandshakeThatTakesTooLongIsEnded() throws IOException {
    serve(
        RfbLimits.builder().handshakeTimeout(Duration.ofMillis(200)).build(),
        Sharing.HONOUR_CLIENT,
        NONE);
    try (NullClient slow = NullClient.open(port);
        NullClient other = NullClient.connect(port)) {
      assertThat(slow.isClosedByServer()).isTrue();
      other.readUntilSame(desktop);
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosedThoseInTheHandshakeCounted() throws IOException {
    serve(RfbLimits.builder().maxConnections(2).build(), Sharing.HONOUR_CLIENT, NONE);
    try (NullClient first = NullClient.connect(port);
        NullClient second = NullClient.open(port)) {
      await().until(() -> server.clients().size() == 2);
      try (NullClient third = NullClient.open(port)) {
        assertThat(third.isClosedByServer()).isTrue();
      }
      first.readUntilSame(desktop);
      second.reset();
      await().until(() -> server.clients().size() == 1);
      try (NullClient third = NullClient.connect(port)) {
        third.readUntilSame(desktop);
      }
    }
  }

  @Test
  void aClientThatWantsTheDesktopForItselfGetsIt() throws IOException {
    serve(NONE);
    try (NullClient first = NullClient.connect(port);
        NullClient second = NullClient.connect(port)) {
      second.readUntilSame(desktop);
      try (NullClient third = open("003.008")) {
        third.choose(1);
        third.init(false);
        third.readUntilSame(desktop);
        assertThat(first.isClosedByServer()).isTrue();
        assertThat(second.isClosedByServer()).isTrue();
        await().until(() -> server.clients().size() == 1);
      }
    }
  }

  /** Two event loops: each of them enters before the other has told what it enters upon. */
  @Test
  void ofTwoThatWantItAtOnceOneGetsIt() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    AtomicInteger asked = new AtomicInteger();
    Desktop meetingPlace =
        (Desktop)
            Proxy.newProxyInstance(
                Desktop.class.getClassLoader(),
                new Class<?>[] {Desktop.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("name") && asked.incrementAndGet() <= 2) {
                    together.await(10, TimeUnit.SECONDS);
                  }
                  return method.invoke(desktop, arguments);
                });
    server = RfbServer.builder().desktop(meetingPlace).security(NONE).threads(2).build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    try (NullClient one = open("003.008");
        NullClient other = open("003.008")) {
      one.choose(1);
      other.choose(1);
      List<CompletableFuture<Void>> both = new ArrayList<>();
      for (NullClient client : List.of(one, other)) {
        both.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    client.init(false);
                  } catch (IOException e) {
                    LOG.debug("sent away before it saw the desktop: {}", e.getMessage());
                  }
                }));
      }
      for (CompletableFuture<Void> tried : both) {
        tried.get(10, TimeUnit.SECONDS);
      }
      assertThat(together.isBroken()).as("they did not meet").isFalse();
      await().during(Duration.ofMillis(300)).until(() -> server.clients().size() == 1);
    }
  }

  @Test
  void alwaysSharedKeepsTheOthersAndNeverSharedDoesNot() throws IOException {
    serve(RfbLimits.defaults(), Sharing.ALWAYS_SHARED, NONE);
    try (NullClient first = NullClient.connect(port);
        NullClient second = open("003.008")) {
      second.choose(1);
      second.init(false);
      second.readUntilSame(desktop);
      first.readUntilSame(desktop);
    }
    server.close();
    serve(RfbLimits.defaults(), Sharing.NEVER_SHARED, NONE);
    try (NullClient first = NullClient.connect(port);
        NullClient second = NullClient.connect(port)) {
      second.readUntilSame(desktop);
      assertThat(first.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aPortInUseIsToldWithWhatToDo() throws IOException {
    serve(NONE);
    try (RfbServer second = RfbServer.builder().desktop(desktop).security(NONE).build()) {
      assertThatThrownBy(
              () -> second.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("port=" + port)
          .hasMessageContaining("in use: choose another port");
      assertThatThrownBy(() -> second.start(new InetSocketAddress("192.0.2.77", port)))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("192.0.2.77")
          .hasMessageContaining("no address of this machine");
    }
  }

  @Test
  void aServerWithoutASecurityTypeIsNotMade() {
    assertThatThrownBy(() -> RfbServer.builder().desktop(desktop).build())
        .hasMessageContaining("security");
  }
}
