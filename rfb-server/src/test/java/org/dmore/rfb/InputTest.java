package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No key is lost, doubled or out of order, however a client sends, pauses and goes. */
class InputTest {

  /** Both transports, since they tell the end of a connection differently. */
  enum Transport {
    EPOLL,
    NIO;

    IoEventLoopGroup group() {
      IoHandlerFactory factory =
          this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
      return new MultiThreadIoEventLoopGroup(1, factory);
    }
  }

  private final MemoryDesktop desktop = new MemoryDesktop(64, 48);
  private final List<PausingSink> sinks = new CopyOnWriteArrayList<>();
  private volatile int pauseAfter = Integer.MAX_VALUE;
  private IoEventLoopGroup group;
  private RfbServer server;
  private int port;

  /** Counts keys, and asks for a pause after some of them. */
  private final class PausingSink implements InputSink {
    private final Client client;
    private final List<Integer> keys = new CopyOnWriteArrayList<>();
    private volatile int closes;
    private volatile boolean paused;

    PausingSink(Client client) {
      this.client = client;
      sinks.add(this);
    }

    @Override
    public void key(boolean down, int keysym, int scancode) {
      assertThat(closes).isZero();
      assertThat(paused).as("a key during a pause").isFalse();
      keys.add(keysym);
      if (keysym == -1) {
        throw new IllegalStateException("a sink that fails");
      }
      if (keys.size() % pauseAfter == 0) {
        paused = true;
        client.pauseInput();
      }
    }

    void resume() {
      paused = false;
      client.resumeInput();
    }

    @Override
    public void pointer(int buttons, int x, int y) {
      keys.add(x << 16 | y);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // called on one thread
    public void close() {
      closes++;
    }
  }

  private void serve(Transport transport) throws IOException {
    group = transport.group();
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(PausingSink::new)
            .security(new NoAuthentication())
            .eventLoopGroup(group)
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(sinks).allSatisfy(sink -> assertThat(sink.closes).isEqualTo(1));
    assertThat(group.isShuttingDown()).isFalse();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private NullClient connect() throws IOException {
    NullClient client = NullClient.connect(port);
    await().until(() -> !sinks.isEmpty());
    return client;
  }

  private static byte[] keys(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      bytes.write(NullClient.keyMessage(true, i));
    }
    return bytes.toByteArray();
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource
  void keysInAnyPiecesComeOnceAndInOrder(Transport transport) throws Exception {
    serve(transport);
    Random random = new Random(3);
    byte[] bytes = keys(2000);
    try (NullClient client = connect()) {
      for (int at = 0; at < bytes.length; ) {
        int now = Math.min(1 + random.nextInt(60), bytes.length - at);
        client.send(Arrays.copyOfRange(bytes, at, at + now));
        at += now;
      }
      await().until(() -> sinks.get(0).keys.size() >= 2000);
      assertThat(sinks.get(0).keys).isEqualTo(upTo(2000));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPauseHoldsAtOnceAndTheRestComesAfterIt(Transport transport) throws Exception {
    pauseAfter = 3;
    serve(transport);
    try (NullClient client = connect()) {
      client.send(keys(30));
      for (int pauses = 1; pauses <= 10; pauses++) {
        int expected = pauses * 3;
        PausingSink sink = sinks.get(0);
        await().until(() -> sink.keys.size() == expected && sink.paused);
        sink.resume();
      }
      assertThat(sinks.get(0).keys).isEqualTo(upTo(30));
    }
  }

  @ParameterizedTest
  @EnumSource
  void outputGoesOnWhileInputIsPaused(Transport transport) throws Exception {
    pauseAfter = 1;
    serve(transport);
    try (NullClient client = connect()) {
      client.request(false);
      client.read();
      client.request(true);
      client.key(true, 0);
      await().until(() -> sinks.get(0).paused);
      desktop.fill(0, 0, 10, 10, 0x445566);
      client.read();
      assertThat(client.isSame(desktop)).isTrue();
    }
    sinks.get(0).resume();
  }

  @ParameterizedTest
  @EnumSource
  void keysSentJustBeforeTheEndAllComeBeforeClose(Transport transport) throws Exception {
    serve(transport);
    try (NullClient client = connect()) {
      client.send(keys(20_000));
    }
    await().until(() -> sinks.get(0).closes == 1);
    assertThat(sinks.get(0).keys).isEqualTo(upTo(20_000));
  }

  @ParameterizedTest
  @EnumSource
  void keysOfAClientThatEndsWhileItIsPausedComeAfterThePause(Transport transport) throws Exception {
    pauseAfter = 1;
    serve(transport);
    try (NullClient client = connect()) {
      client.send(keys(3000));
    }
    await().until(() -> sinks.get(0).paused);
    pauseAfter = 3000;
    desktop.fill(0, 0, 10, 10, 1);
    assertThat(sinks.get(0).closes).isZero();
    sinks.get(0).resume();
    // The last key pauses again: the end waits for its resume too.
    await().untilAsserted(() -> assertThat(sinks.get(0).keys).isEqualTo(upTo(3000)));
    await().until(() -> sinks.get(0).paused);
    assertThat(sinks.get(0).closes).isZero();
    sinks.get(0).resume();
    await().until(() -> sinks.get(0).closes == 1);
    assertThat(sinks.get(0).keys).isEqualTo(upTo(3000));
  }

  @ParameterizedTest
  @EnumSource
  void keysOfAClientThatIsResetWhileOutputWaitsForItCome(Transport transport) throws Exception {
    pauseAfter = 1;
    serve(transport);
    desktop.resize(2000, 2000);
    NullClient client = connect();
    // It asks for 16 MB and reads none of it, types, and dies.
    client.send(keys(1));
    await().until(() -> sinks.get(0).paused);
    pauseAfter = Integer.MAX_VALUE;
    sinks.get(0).resume();
    client.request(false, 0, 0, 2000, 2000);
    await().until(() -> server.clients().get(0).bytesSent() > 200_000);
    group.submit(() -> sinks.get(0).client.pauseInput()).awaitUninterruptibly();
    client.send(keys(500));
    client.reset();
    sinks.get(0).resume();
    await().until(() -> sinks.get(0).closes == 1);
    List<Integer> expected = new ArrayList<>(upTo(1));
    expected.addAll(upTo(500));
    assertThat(sinks.get(0).keys).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void aFrozenLoopCutsNoOne(Transport transport) throws Exception {
    group = transport.group();
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(PausingSink::new)
            .security(new NoAuthentication())
            .eventLoopGroup(group)
            .limits(
                RfbLimits.builder()
                    .handshakeTimeout(Duration.ofMillis(1500))
                    .stallTimeout(Duration.ofMillis(1500))
                    .build())
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    desktop.resize(1500, 1500);
    try (NullClient running = connect();
        NullClient shaking = NullClient.open(port)) {
      running.request(false);
      await().until(() -> server.clients().get(0).bytesSent() > 200_000);
      await().until(() -> server.clients().size() == 2);
      // The loop stands still for twice the deadlines: it is one thread, so this blocks it.
      group
          .submit(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3000)))
          .awaitUninterruptibly();
      // It reads all the time: one that does not is cut, and rightly.
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(
              () -> {
                try {
                  running.readUntilSame(desktop);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      shaking.version("003.008");
      shaking.choose(1);
      shaking.init(true);
      shaking.readUntilSame(desktop);
      reading.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void aClientThatReadsNothingIsCut() throws Exception {
    group = Transport.EPOLL.group();
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(PausingSink::new)
            .security(new NoAuthentication())
            .eventLoopGroup(group)
            .limits(RfbLimits.builder().stallTimeout(Duration.ofMillis(300)).build())
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    desktop.resize(3000, 3000);
    try (NullClient client = connect()) {
      client.request(false, 0, 0, 3000, 3000);
      await().until(() -> sinks.get(0).closes == 1);
      // One rectangle more than the bound of what waits, and what the kernel took: no frame.
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aSinkThatFailsEndsItsClientAlone() throws Exception {
    serve(Transport.EPOLL);
    try (NullClient failing = connect();
        NullClient other = NullClient.connect(port)) {
      failing.key(true, -1);
      assertThat(failing.isClosedByServer()).isTrue();
      other.readUntilSame(desktop);
    }
  }

  @Test
  void thePointerIsKeptWithinTheDesktop() throws Exception {
    serve(Transport.EPOLL);
    try (NullClient client = connect()) {
      client.send(new byte[] {5, 0, 1, 0, 0, 47});
      client.send(new byte[] {5, 0, 0, 5, 1, 0});
      await().until(() -> sinks.get(0).keys.size() == 2);
      assertThat(sinks.get(0).keys).containsExactly(63 << 16 | 47, 5 << 16 | 47);
    }
  }
}
