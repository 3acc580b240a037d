package org.dmore.rfb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients do that mean harm, or are broken, and that another client on the same event loop
 * keeps its service meanwhile.
 */
@Timeout(60)
class HostileClientsTest {
  private static final SecurityType NONE = new NoAuthentication();
  private static final SecurityType VNC = VncAuthentication.ofPassword("geheim78");
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;

  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private final RecordingInput input = new RecordingInput();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private RfbServer server;
  private int port;
  private int nextKey = 0x100;

  /** Whether the next client's input is written down; a flood of it is not. */
  private volatile boolean recorded = true;

  private void serve(RfbLimits.Builder limits, SecurityType... security) throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(client -> (recorded ? input : InputSinkFactory.viewOnly()).open(client))
            .security(security)
            .sharing(Sharing.ALWAYS_SHARED)
            .limits(limits.build())
            .threads(1)
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
    assertThat(desktop.listeners()).isZero();
    assertThat(server.clients()).isEmpty();
  }

  /** A client that does nothing wrong, and its sink. */
  private final class Bystander implements AutoCloseable {
    private final NullClient client;
    private final RecordingInput.Recording sink;

    Bystander() throws IOException {
      client = NullClient.connect(port);
      client.setEncodings(NullClient.HEXTILE);
      client.readUntilSame(desktop);
      sink = input.last();
    }

    /** Its keys arrive, in order, and it sees what is painted. */
    void isServed() throws IOException {
      int first = nextKey;
      for (int i = 0; i < 10; i++) {
        client.key(true, nextKey++);
      }
      int last = nextKey - 1;
      await()
          .atMost(5, TimeUnit.SECONDS)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> sink.events().contains("key +" + Integer.toHexString(last) + " 0"));
      List<String> keys = sink.events("key");
      for (int i = 0; i < 10; i++) {
        assertThat(keys.get(keys.size() - 10 + i))
            .isEqualTo("key +" + Integer.toHexString(first + i) + " 0");
      }
      desktop.fill(10, 10, 50, 20, nextKey * 0x1357);
      client.readUntilSame(desktop);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  /** Connects and passes the handshake up to a state: 0 nothing said ... 4 running. */
  private NullClient upTo(int state) throws IOException {
    NullClient client = NullClient.open(port);
    if (state > 0) {
      client.version("003.008");
    }
    if (state > 1) {
      client.choose(1);
    }
    if (state > 2) {
      client.init(true);
    }
    return client;
  }

  // ---- slow ones

  @ParameterizedTest
  @ValueSource(strings = {"", "RFB 003.0", "RFB 003.008\n", "RFB 003.008\n\002", "half a response"})
  void whoDawdlesInTheHandshakeIsCutWhateverItHasSaid(String said) throws IOException {
    serve(RfbLimits.builder().handshakeTimeout(Duration.ofMillis(300)), NONE, VNC);
    try (NullClient slow = NullClient.open(port);
        Bystander bystander = new Bystander()) {
      String bytes = said.equals("half a response") ? "RFB 003.008\n\0021234567" : said;
      slow.send(bytes.getBytes(StandardCharsets.ISO_8859_1));
      bystander.isServed();
      assertThat(slow.isClosedByServer()).isTrue();
      bystander.isServed();
    }
  }

  @Test
  void whoIsLetInAndNeverSaysThatItSharesIsCut() throws IOException {
    serve(RfbLimits.builder().handshakeTimeout(Duration.ofMillis(300)), NONE);
    try (NullClient slow = upTo(2);
        Bystander bystander = new Bystander()) {
      assertThat(slow.isClosedByServer()).isTrue();
      bystander.isServed();
    }
  }

  @Test
  void aByteNowAndThenDoesNotProlongTheHandshake() throws IOException {
    serve(RfbLimits.builder().handshakeTimeout(Duration.ofMillis(500)), NONE);
    try (NullClient slow = NullClient.open(port)) {
      byte[] version = "RFB 003.008\n".getBytes(StandardCharsets.US_ASCII);
      int[] sent = {0};
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                if (sent[0] < 11) {
                  slow.send(version[sent[0]++]);
                }
                return server.clients().isEmpty();
              });
      assertThat(sent[0]).isLessThan(12);
    } catch (IOException cutAlready) {
      assertThat(server.clients()).isEmpty();
    }
  }

  @Test
  void aSessionCutIntoSegmentsOfOneByteIsTheSameSession() throws IOException {
    serve(RfbLimits.builder(), NONE);
    try (Bystander bystander = new Bystander();
        NullClient client = NullClient.open(port)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write("RFB 003.008\n\001\001".getBytes(StandardCharsets.ISO_8859_1));
      all.write(setEncodings(NullClient.ZRLE, NullClient.COPY_RECT));
      all.write(NullClient.keyMessage(true, 0x61));
      all.write(cutText(5, "hello".getBytes(StandardCharsets.US_ASCII)));
      all.write(NullClient.keyMessage(false, 0x61));
      all.write(request(false, 0, 0, WIDTH, HEIGHT));
      for (byte one : all.toByteArray()) {
        client.send(one);
      }
      await()
          .until(
              () ->
                  input
                      .last()
                      .events()
                      .equals(List.of("key +61 0", "clipboard hello", "key -61 0")));
      bystander.isServed();
    }
  }

  @Test
  void whoNeverReadsIsCutAndCostsOneFrameOfMemoryAtMost() throws IOException {
    serve(RfbLimits.builder().stallTimeout(Duration.ofSeconds(1)), NONE);
    try (Bystander bystander = new Bystander();
        NullClient deaf = upTo(4)) {
      long id = server.clients().get(1).id();
      byte[] request = request(false, 0, 0, WIDTH, HEIGHT);
      try {
        for (int i = 0; i < 100_000 && isThere(id); i++) {
          deaf.send(request);
          if (i % 500 == 0) {
            bystander.isServed();
          }
        }
      } catch (IOException cut) {
        // as it should be
      }
      await().until(() -> !isThere(id));
      bystander.isServed();
    }
  }

  private boolean isThere(long id) {
    return server.clients().stream().anyMatch(client -> client.id() == id);
  }

  // ---- many and fast ones

  /** What a client sends again and again, as fast as the socket takes it. */
  enum Flood {
    WHOLE_SCREEN(request(false, 0, 0, WIDTH, HEIGHT)),
    WHOLE_SCREEN_INCREMENTAL(request(true, 0, 0, WIDTH, HEIGHT)),
    ONE_PIXEL(request(false, 3, 3, 1, 1)),
    EACH_PIXEL(eachPixel()),
    NOTHING(request(false, 5, 5, 0, 0)),
    BEYOND_THE_EDGE(request(false, 65535, 65535, 65535, 65535)),
    ENCODINGS(setEncodings(16, 5, 6, 2, 1, 0, -239, -223, -224, -258, -308, -312, -313)),
    ENCODINGS_AND_REQUESTS(
        join(setEncodings(16, -239, -308, -258), request(false, 0, 0, WIDTH, HEIGHT))),
    MANY_ENCODINGS(setEncodings(new Random(1).ints(65535).toArray())),
    NO_ENCODINGS(setEncodings()),
    FORMATS(join(pixelFormat(Format.RGB888, 1), pixelFormat(Format.INDEXED, 2))),
    FORMATS_AND_REQUESTS(
        join(
            pixelFormat(Format.INDEXED, 1),
            request(false, 0, 0, WIDTH, HEIGHT),
            pixelFormat(Format.KNOWN.get(9), 3),
            request(false, 0, 0, WIDTH, HEIGHT))),
    POINTER(join(pointer(0, 1, 1), pointer(255, 65535, 65535))),
    KEYS(join(NullClient.keyMessage(true, 0x61), NullClient.keyMessage(false, 0x61))),
    SIZES_OF_255_SCREENS(join(setEncodings(0, -308), setDesktopSize(), request(true, 0, 0, 1, 1))),
    CLIPBOARDS(cutText(1 << 20, new byte[1 << 20])),
    CLIPBOARDS_THAT_ARE_TOO_LONG(cutText(3 << 20, new byte[3 << 20])),
    EMPTY_CLIPBOARDS(cutText(0, new byte[0])),
    FENCES(
        join(
            setEncodings(0, -312),
            new byte[] {(byte) 248, 0, 0, 0, (byte) 0x80, 0, 0, 1, 4, 1, 2, 3, 4})),
    CONTINUOUS_UPDATES_ON_AND_OFF(
        join(
            setEncodings(0, -313),
            new byte[] {(byte) 150, 1, 0, 0, 0, 0, 2, 0, 1, 0},
            new byte[] {(byte) 150, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
    POWER(join(setEncodings(0, -309), new byte[] {(byte) 250, 0, 1, 4})),
    CLIPBOARD_CAPABILITIES(
        join(
            setEncodings(0, 0xc0a1e5ce),
            new byte[] {6, 0, 0, 0, -1, -1, -1, -8, 0x1f, 0, 0, 1, 0, 0, 4, 0},
            new byte[] {6, 0, 0, 0, -1, -1, -1, -4, 2, 0, 0, 1}));

    @SuppressWarnings("ImmutableEnumChecker") // no one writes to it
    final byte[] bytes;

    Flood(byte[] message) {
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      do {
        many.writeBytes(message);
      } while (many.size() < 1 << 16);
      bytes = many.toByteArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  void othersAreServedWhileOneFloods(Flood flood) throws Exception {
    serve(RfbLimits.builder(), NONE);
    desktop.scribble(new Random(3), 0, 0, WIDTH, HEIGHT);
    desktop.cursor(Optional.of(new CursorShape(64, 64, 1, 1, new int[64 * 64])));
    try (Bystander bystander = new Bystander()) {
      recorded = false;
      NullClient attacker = upTo(4);
      long id = server.clients().get(1).id();
      Future<?> writing =
          threads.submit(
              () -> {
                while (true) {
                  attacker.send(flood.bytes);
                }
              });
      Future<?> reading = threads.submit(() -> drain(attacker));
      for (int i = 0; i < 3; i++) {
        bystander.isServed();
      }
      await().until(() -> received(id) > 2L * flood.bytes.length || !isThere(id));
      bystander.isServed();
      attacker.reset();
      await().until(() -> writing.isDone() && reading.isDone() && !isThere(id));
      bystander.isServed();
    }
  }

  private static Void drain(NullClient client) throws IOException {
    InputStream in = client.socket().getInputStream();
    byte[] bytes = new byte[1 << 16];
    while (in.read(bytes) >= 0) {
      // thrown away
    }
    return null;
  }

  private long received(long id) {
    return server.clients().stream()
        .filter(client -> client.id() == id)
        .mapToLong(ClientInfo::bytesReceived)
        .sum();
  }

  @Test
  void guessesAtOnceAreNoMoreThanGuessesOneAfterTheOther() throws IOException {
    serve(RfbLimits.builder().maxAuthenticationFailures(5).firstBlock(Duration.ofSeconds(20)), VNC);
    List<NullClient> clients = new ArrayList<>();
    try {
      List<byte[]> challenges = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        NullClient client = NullClient.open(port);
        clients.add(client);
        client.version("003.008");
        client.in().readFully(new byte[client.in().readUnsignedByte()]);
        client.send((byte) 2);
        byte[] challenge = new byte[16];
        client.in().readFully(challenge);
        challenges.add(challenge);
      }
      // All have a challenge before the first one fails.
      byte[] right = "geheim78".getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 30; i++) {
        byte[] guess = Arrays.copyOf(right, 8);
        if (i < 5) {
          guess[7] = (byte) ('a' + i);
        }
        clients.get(i).send(VncAuthentication.response(guess, challenges.get(i)));
        assertThat(clients.get(i).in().readInt()).as("guess %d", i).isEqualTo(1);
      }
    } finally {
      for (NullClient client : clients) {
        client.close();
      }
    }
    await().until(() -> server.clients().isEmpty());
  }

  @Test
  void aCrowdThatOnlyConnectsLeavesOthersInPeace() throws Exception {
    serve(RfbLimits.builder().maxConnections(20), NONE);
    try (Bystander bystander = new Bystander()) {
      Future<?> crowd =
          threads.submit(
              () -> {
                for (int i = 0; i < 500; i++) {
                  try (NullClient one = NullClient.open(port)) {
                    if (i % 2 == 0) {
                      one.reset();
                    }
                  }
                }
                return null;
              });
      while (!crowd.isDone()) {
        bystander.isServed();
        assertThat(server.clients()).hasSizeLessThanOrEqualTo(20);
      }
      crowd.get();
      await().until(() -> server.clients().size() == 1);
    }
  }

  // ---- broken ones

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aResetWithinAMessageLeavesNothingBehind(int state) throws IOException {
    serve(RfbLimits.builder(), NONE);
    Random random = new Random(state);
    try (Bystander bystander = new Bystander()) {
      for (int i = 0; i < 30; i++) {
        NullClient client = upTo(Math.min(state, 3));
        if (state == 4) {
          client.setEncodings(NullClient.ZRLE, NullClient.COPY_RECT, NullClient.CURSOR);
          client.send(request(false, 0, 0, WIDTH, HEIGHT));
          client.read();
        }
        byte[] half =
            state < 3
                ? "RFB 0".getBytes(StandardCharsets.US_ASCII)
                : List.of(
                        cutText(1000, new byte[500]),
                        setEncodings(1, 2, 3),
                        request(true, 1, 1, 1, 1))
                    .get(i % 3);
        if (state == 0 || state >= 3) {
          client.send(Arrays.copyOf(half, 1 + random.nextInt(half.length - 1)));
        }
        client.reset();
      }
      bystander.isServed();
      await().until(() -> server.clients().size() == 1);
      // The bystander's, and that of those who are on the desktop.
      assertThat(desktop.listeners()).isEqualTo(2);
    }
  }

  @Test
  void noiseEndsAConnectionAndNothingElse() throws IOException {
    serve(RfbLimits.builder(), NONE);
    Random random = new Random(5);
    try (Bystander bystander = new Bystander()) {
      for (int i = 0; i < 100; i++) {
        try (NullClient noisy = upTo(i % 4)) {
          byte[] noise = new byte[1 + random.nextInt(3000)];
          random.nextBytes(noise);
          noisy.send(noise);
        } catch (IOException cut) {
          // as it should be
        }
      }
      bystander.isServed();
      await().until(() -> server.clients().size() == 1);
    }
  }

  // ---- what they say

  private interface Content {
    void writeTo(DataOutputStream message) throws IOException;
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    return bytes(
        m -> {
          for (byte[] part : parts) {
            m.write(part);
          }
        });
  }

  private static byte[] request(boolean incremental, int x, int y, int w, int h) {
    return bytes(
        m -> {
          m.writeByte(3);
          m.writeBoolean(incremental);
          m.writeShort(x);
          m.writeShort(y);
          m.writeShort(w);
          m.writeShort(h);
        });
  }

  private static byte[] eachPixel() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 40_000; i++) {
      all.writeBytes(request(true, i * 7 % WIDTH, i * 11 % HEIGHT, 1, 1));
    }
    return all.toByteArray();
  }

  private static byte[] setEncodings(int... encodings) {
    return bytes(
        m -> {
          m.writeShort(0x200);
          m.writeShort(encodings.length);
          for (int encoding : encodings) {
            m.writeInt(encoding);
          }
        });
  }

  private static byte[] pixelFormat(Format format, int padding) {
    return bytes(
        m -> {
          m.writeInt(padding);
          m.write(format.toBytes());
        });
  }

  private static byte[] pointer(int buttons, int x, int y) {
    return bytes(
        m -> {
          m.writeByte(5);
          m.writeByte(buttons);
          m.writeShort(x);
          m.writeShort(y);
        });
  }

  private static byte[] cutText(int length, byte[] text) {
    return bytes(
        m -> {
          m.writeInt(0x6000000);
          m.writeInt(length);
          m.write(text);
        });
  }

  private static byte[] setDesktopSize() {
    return bytes(
        m -> {
          m.writeShort(251 << 8);
          m.writeShort(10);
          m.writeShort(10);
          m.writeByte(255);
          m.writeByte(0);
          m.write(new byte[16 * 255]);
        });
  }
}
