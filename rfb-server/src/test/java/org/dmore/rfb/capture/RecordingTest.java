package org.dmore.rfb.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.dmore.rfb.CursorShape;
import org.dmore.rfb.InputSink;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.clients.VirtualScreen;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.protocol.EncodingType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RecordingTest {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Bytes that a file begins with, before any block. */
  private static final int SIGNATURE = 12;

  private static final RecordingOptions FAST = RecordingOptions.defaults().withFramesPerSecond(500);

  @TempDir private Path folder;
  private final MemoryDesktop desktop = new MemoryDesktop(300, 200);
  private final RecordingInput input = new RecordingInput();
  private RfbServer server;
  private int port;

  private void serve(RfbLimits limits) throws IOException {
    server =
        RfbServer.builder()
            .desktop(desktop)
            .input(input)
            .security(VncAuthentication.ofPassword("geheim78"))
            .limits(limits)
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(desktop.listeners()).isZero();
  }

  /** Plays a file to its end; returns the client that saw it. */
  private static NullClient play(byte[] file) throws IOException {
    byte[] stream = new FbsStream(file).stream();
    assertThat(new String(stream, 0, 12, StandardCharsets.US_ASCII)).isEqualTo("RFB 003.003\n");
    assertThat(Arrays.copyOfRange(stream, 12, 16)).containsExactly(0, 0, 0, 1);
    NullClient client =
        NullClient.over(
            new ByteArrayInputStream(stream, 16, stream.length - 16),
            OutputStream.nullOutputStream());
    client.init(true);
    client.setEncodings(
        NullClient.TIGHT,
        NullClient.ZRLE,
        NullClient.ZLIB,
        NullClient.COPY_RECT,
        NullClient.DESKTOP_SIZE,
        NullClient.CURSOR);
    while (client.in().available() > 0) {
      try {
        client.read();
      } catch (EOFException e) {
        throw new AssertionError("the file ends within a message", e);
      }
    }
    return client;
  }

  private boolean shows(Path file) throws IOException {
    return shows(Files.readAllBytes(file));
  }

  private boolean shows(byte[] file) throws IOException {
    try (NullClient client = play(file)) {
      return client.isSame(desktop);
    }
  }

  /**
   * Waits until a file that grows shows the desktop, by its whole blocks; more than its signature
   * must be there. A look is dear, and meanwhile an update comes to its end.
   */
  private void awaitShown(Recording recording, Path file) {
    await()
        .pollDelay(LOOK)
        .pollInterval(LOOK)
        .until(
            () -> {
              int whole = (int) recording.bytes();
              return whole > SIGNATURE && shows(Arrays.copyOf(Files.readAllBytes(file), whole));
            });
  }

  private static Recording.End end(Recording recording) throws Exception {
    return recording.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"TIGHT", "ZRLE", "ZLIB", "RAW"})
  void aPlayerSeesWhatAViewerWouldHaveSeen(EncodingType encoding) throws Exception {
    serve(RfbLimits.defaults());
    Path file = folder.resolve("session.fbs");
    Random random = new Random(1);
    desktop.scribble(random, 0, 0, 300, 200);
    desktop.cursor(Optional.of(new CursorShape(3, 5, 1, 1, new int[15])));
    Recording recording = server.record(file, FAST.withEncoding(encoding));
    for (int i = 0; i < 30; i++) {
      long before = recording.bytes();
      if (i == 15) {
        desktop.resize(320, 180);
      } else if (i % 3 == 0) {
        desktop.copy(0, 16, 0, 0, 300, 150);
      } else {
        desktop.scribble(random, i, i, 200, 100);
      }
      await().pollInterval(Duration.ofMillis(2)).until(() -> recording.bytes() > before);
    }
    // It can be played while it grows.
    awaitShown(recording, file);
    assertThat(server.clients()).isEmpty();
    recording.close();
    assertThat(end(recording)).isEqualTo(new Recording.End("closed", Optional.empty()));
    assertThat(shows(file)).isTrue();
    assertThat(Files.size(file)).isEqualTo(recording.bytes());
    assertThat(new FbsStream(Files.readAllBytes(file)).times())
        .isSorted()
        .allSatisfy(time -> assertThat(time).isLessThan(60_000));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    desktop.fill(0, 0, 10, 10, 0x111111);
  }

  @Test
  void aRealViewerShowsWhatWasRecorded() throws Exception {
    VirtualScreen.needs("gvnccapture", "gvncviewer");
    serve(RfbLimits.defaults());
    Path file = folder.resolve("session.fbs");
    desktop.scribble(new Random(4), 0, 0, 300, 200);
    Recording recording = server.record(file, FAST);
    awaitShown(recording, file);
    recording.close();
    Path picture = folder.resolve("picture.png");
    try (ServerSocket playback = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> played =
          CompletableFuture.runAsync(() -> serveRecording(playback, file));
      // A port as an offset to 5900 is how it takes any port.
      Process process =
          new ProcessBuilder(
                  "gvnccapture",
                  "-q",
                  "127.0.0.1:" + (playback.getLocalPort() - 5900),
                  picture.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      try {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
      played.get(10, TimeUnit.SECONDS);
    }
    BufferedImage image = ImageIO.read(picture.toFile());
    int[] pixels = image.getRGB(0, 0, 300, 200, new int[300 * 200], 0, 300);
    int[] seen = Arrays.stream(pixels).map(pixel -> pixel & 0xffffff).toArray();
    assertThat(seen).isEqualTo(desktop.pixels());
  }

  /** As rfbproxy plays back: what the server said, to whoever comes. */
  private static void serveRecording(ServerSocket playback, Path file) {
    try (Socket viewer = playback.accept()) {
      byte[] stream = new FbsStream(Files.readAllBytes(file)).stream();
      OutputStream out = viewer.getOutputStream();
      out.write(stream, 0, 12);
      viewer.getInputStream().readNBytes(12);
      out.write(stream, 12, 4);
      viewer.getInputStream().readNBytes(1);
      out.write(stream, 16, stream.length - 16);
      viewer.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The viewer is gone.
    }
  }

  @Test
  void inputIsLeftOutUnlessAskedFor() throws Exception {
    serve(RfbLimits.defaults());
    try (Recording without = server.record(folder.resolve("without.fbs"), FAST);
        Recording with = server.record(folder.resolve("with.fbs"), FAST.withInput());
        NullClient client = NullClient.open(port)) {
      assertThat(client.authenticate("geheim78")).isZero();
      client.init(true);
      client.key(true, 0x61);
      client.key(false, 0x61);
      client.send(new byte[] {5, 1, 0, 9, 0, 8});
      await().until(() -> !input.recordings().isEmpty() && input.last().events().size() == 3);
      assertThat(with.bytes()).isPositive();
      assertThat(without.bytes()).isPositive();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("without.fbs", "with.fbs", "with.fbs.input.jsonl");
    }
    List<String> lines = Files.readAllLines(folder.resolve("with.fbs.input.jsonl"));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .matches("\\{\"ms\":\\d+,\"client\":1,\"key\":\"down\",\"keysym\":97,\"scancode\":0}");
    assertThat(lines.get(1)).contains("\"key\":\"up\"");
    assertThat(lines.get(2)).endsWith("\"client\":1,\"buttons\":1,\"x\":9,\"y\":8}");
  }

  @Test
  void theTapHandsOnAllThatASinkCanTake() throws Exception {
    serve(RfbLimits.defaults());
    try (NullClient client = viewer()) {
      client.readUntilSame(desktop);
      await().until(() -> input.recordings().size() == 1);
      InputSink tapped = new InputTap(input).open(input.last().client());
      for (Method method : InputSink.class.getMethods()) {
        assertThat(tapped.getClass().getMethod(method.getName(), method.getParameterTypes()))
            .extracting(Method::getDeclaringClass)
            .isEqualTo(tapped.getClass());
      }
    }
  }

  @Test
  void itEndsAtItsSizeAndAtItsTimeWithAWholeMessage() throws Exception {
    serve(RfbLimits.defaults());
    Path small = folder.resolve("small.fbs");
    Recording bySize =
        server.record(small, FAST.withEncoding(EncodingType.RAW).withMaxBytes(1_000_000));
    Path brief = folder.resolve("brief.fbs");
    Recording byTime = server.record(brief, FAST.withMaxTime(Duration.ofMillis(300)));
    Random random = new Random(5);
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              desktop.scribble(random, 0, 0, 300, 200);
              return bySize.ended().toCompletableFuture().isDone()
                  && byTime.ended().toCompletableFuture().isDone();
            });
    assertThat(end(bySize).reason()).isEqualTo("maxBytes=1000000 is reached");
    assertThat(end(byTime).reason()).isEqualTo("maxTime=PT0.3S is reached");
    assertThat(end(bySize).failure()).isEmpty();
    assertThat(Files.size(small)).isBetween(1_000_000L, 1_300_000L);
    play(Files.readAllBytes(small)).close();
    play(Files.readAllBytes(brief)).close();
  }

  @Test
  void anotherFileIsNotOverwritten() throws Exception {
    serve(RfbLimits.defaults());
    Path file = Files.writeString(folder.resolve("there"), "before");
    assertThatThrownBy(() -> server.record(file, FAST))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("before");
  }

  @Test
  void aClosedServerHasEndedItsRecordings() throws Exception {
    serve(RfbLimits.defaults());
    Path file = folder.resolve("session.fbs");
    Recording recording = server.record(file, FAST);
    awaitShown(recording, file);
    server.close();
    assertThat(end(recording).failure()).isEmpty();
    assertThat(shows(file)).isTrue();
    assertThatThrownBy(() -> server.record(folder.resolve("later"), FAST))
        .isInstanceOf(IllegalStateException.class);
  }

  // ---- disks that are slow or full

  /** A disk that takes so many bytes and then waits, or fails. */
  private static final class Disk implements WritableByteChannel {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final int room;
    private final boolean full;
    private volatile boolean waits;
    private volatile boolean closed;

    Disk(int room, boolean full) {
      this.room = room;
      this.full = full;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (taken.size() > room && goOn.getCount() > 0) {
        if (full) {
          throw new IOException("No space left on device");
        }
        waits = true;
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new ClosedChannelException();
        }
      }
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      synchronized (taken) {
        taken.writeBytes(bytes);
      }
      return bytes.length;
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private NullClient viewer() throws IOException {
    NullClient viewer = NullClient.open(port);
    assertThat(viewer.authenticate("geheim78")).isZero();
    viewer.init(true);
    return viewer;
  }

  @Test
  void aSlowDiskLeavesFramesOutAndHoldsNoViewerUp() throws Exception {
    serve(RfbLimits.defaults());
    Disk disk = new Disk(200_000, false);
    Recording recording =
        server.record(
            disk, Optional.empty(), FAST.withEncoding(EncodingType.RAW).withMaxWaiting(100_000));
    Random random = new Random(6);
    try (NullClient viewer = viewer()) {
      await()
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                desktop.scribble(random, 0, 0, 300, 200);
                return disk.waits;
              });
      for (int i = 0; i < 50; i++) {
        desktop.scribble(random, 0, 0, 300, 200);
        viewer.readUntilSame(desktop);
      }
      disk.goOn.countDown();
      await()
          .until(
              () -> {
                synchronized (disk.taken) {
                  try (NullClient player = play(disk.taken.toByteArray())) {
                    return player.isSame(desktop);
                  } catch (IOException | AssertionError withinABlock) {
                    return false;
                  }
                }
              });
      recording.close();
    }
    assertThat(end(recording).failure()).isEmpty();
    // Of the 50 pictures of 240 KB those that did not fit were never made.
    assertThat(disk.taken.size()).isLessThan(20 * 240_000);
    assertThat(disk.closed).isTrue();
  }

  @Test
  void aDiskThatTakesNothingForTooLongEndsItAndNothingElse() throws Exception {
    serve(RfbLimits.builder().stallTimeout(Duration.ofMillis(600)).build());
    Disk disk = new Disk(100_000, false);
    Recording recording =
        server.record(
            disk, Optional.empty(), FAST.withEncoding(EncodingType.RAW).withMaxWaiting(10_000));
    Random random = new Random(7);
    try (NullClient viewer = viewer()) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                desktop.scribble(random, 0, 0, 300, 200);
                return recording.ended().toCompletableFuture().isDone();
              });
      viewer.readUntilSame(desktop);
    }
    assertThat(end(recording).failure()).isPresent();
    assertThat(end(recording).reason()).contains("the disk took nothing");
    assertThat(disk.closed).isTrue();
  }

  @Test
  void aFullDiskEndsItWithTheSystemsWordsAndNothingElse() throws Exception {
    serve(RfbLimits.defaults());
    Recording recording =
        server.record(
            new Disk(100_000, true), Optional.empty(), FAST.withEncoding(EncodingType.RAW));
    Random random = new Random(8);
    try (NullClient viewer = viewer()) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                desktop.scribble(random, 0, 0, 300, 200);
                return recording.ended().toCompletableFuture().isDone();
              });
      viewer.readUntilSame(desktop);
    }
    assertThat(end(recording).reason()).contains("No space left on device");
    recording.close();
    await().until(() -> desktop.listeners() == 0);
  }
}
