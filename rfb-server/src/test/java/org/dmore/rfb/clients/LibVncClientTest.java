package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Desktop;
import org.dmore.rfb.MemoryDesktop;
import org.dmore.rfb.RecordingInput;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The library of Remmina, guacd, AVNC and many more, through a small C program on it: what it holds
 * in its framebuffer is compared with the desktop.
 */
@Tag("clients")
@Peer(value = "libvncclient", aptPackage = "libvncserver-dev")
class LibVncClientTest {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final String PASSWORD = "geheim77";

  @TempDir static Path folder;
  private static Path program;

  private final MemoryDesktop desktop = new MemoryDesktop(WIDTH, HEIGHT);
  private final RecordingInput input = new RecordingInput();
  private final Random random = new Random(7);
  private RfbServer server;
  private Process client;
  private PrintWriter commands;
  private int dumps;

  @BeforeAll
  static void compile() throws Exception {
    VirtualScreen.needs("cc", "gcc");
    VirtualScreen.needsFile(Path.of("/usr/include/rfb/rfbclient.h"), "libvncserver-dev");
    program = folder.resolve("libvncclient-probe");
    Process compiler =
        new ProcessBuilder(
                "cc",
                "-std=gnu11",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                "src/test/c/libvncclient-probe.c",
                "-lvncclient")
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compiler.waitFor()).as(said).isZero();
  }

  @BeforeEach
  void draw() {
    desktop.fill(0, 0, WIDTH, HEIGHT, 0x003366);
    desktop.scribble(random, 20, 20, 200, 100);
    desktop.scribble(random, 240, 20, 380, 150);
    desktop.fill(50, 200, 500, 100, 0xaaaaaa);
    desktop.scribble(random, 0, 310, WIDTH, 90);
  }

  @AfterEach
  void closeAll() throws Exception {
    if (client != null) {
      commands.println("quit");
      if (!client.waitFor(5, TimeUnit.SECONDS)) {
        client.destroyForcibly().waitFor();
      }
    }
    if (server != null) {
      server.close();
    }
  }

  private void connect(SecurityType security, String... options) throws IOException {
    server = RfbServer.builder().desktop(desktop).input(input).security(security).build();
    int port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(options));
    command.add("127.0.0.1:" + port);
    client =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("probe.log").toFile())
            .start();
    commands = new PrintWriter(client.outputWriter(StandardCharsets.ISO_8859_1), true);
    await().until(() -> said().contains("ready "));
  }

  private static String said() throws IOException {
    return Files.readString(folder.resolve("probe.log"), StandardCharsets.ISO_8859_1);
  }

  private int[] dump() throws IOException {
    Path file = folder.resolve("dump" + dumps++ + ".ppm");
    commands.println("dump " + file);
    await().until(() -> said().contains("dumped " + file));
    byte[] ppm = Files.readAllBytes(file);
    Desktop.Size size = desktop.size();
    byte[] head =
        "P6\n%d %d\n255\n"
            .formatted(size.width(), size.height())
            .getBytes(StandardCharsets.US_ASCII);
    if (!Arrays.equals(head, 0, head.length, ppm, 0, Math.min(head.length, ppm.length))) {
      return new int[0]; // of another size still
    }
    int[] pixels = new int[size.width() * size.height()];
    for (int i = 0; i < pixels.length; i++) {
      int at = head.length + 3 * i;
      pixels[i] = (ppm[at] & 0xff) << 16 | (ppm[at + 1] & 0xff) << 8 | (ppm[at + 2] & 0xff);
    }
    return pixels;
  }

  private void awaitPicture(int step) {
    await()
        .pollInterval(VirtualScreen.LOOK)
        .untilAsserted(
            () -> {
              int[] wanted = desktop.pixels();
              int[] shown = dump();
              assertThat(shown).hasSameSizeAs(wanted);
              for (int i = 0; i < wanted.length; i++) {
                for (int shift = 0; shift < 24; shift += 8) {
                  int error = Math.abs((wanted[i] >> shift & 0xff) - (shown[i] >> shift & 0xff));
                  if (error > step) {
                    assertThat(Integer.toHexString(shown[i]))
                        .as("pixel %d", i)
                        .isEqualTo(Integer.toHexString(wanted[i]));
                  }
                }
              }
            });
  }

  private void followsChanges(int step) {
    awaitPicture(step);
    desktop.scribble(random, 100, 50, 300, 200);
    awaitPicture(step);
    desktop.copy(0, 16, 0, 0, WIDTH, HEIGHT - 16);
    desktop.fill(0, HEIGHT - 16, WIDTH, 16, 0x102030);
    awaitPicture(step);
    desktop.resize(720, 300);
    desktop.scribble(random, 600, 0, 120, 300);
    awaitPicture(step);
    desktop.resize(500, 450);
    desktop.scribble(random, 0, 290, 500, 160);
    awaitPicture(step);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Raw", "Hextile", "RRE", "Zlib", "Tight", "ZRLE"})
  @Feature({"encoding: {0}", "colours: 4-byte pixels", "picture: resize"})
  void holdsTheDesktopAndFollowsIt(String encoding) throws Exception {
    connect(new NoAuthentication(), "-encodings", encoding.toLowerCase(Locale.ROOT) + " copyrect");
    await() // it says so after it has connected
        .untilAsserted(
            () ->
                assertThat(server.clients())
                    .extracting(ClientInfo::encoding)
                    .containsExactly(encoding.toUpperCase(Locale.ROOT)));
    followsChanges(0);
  }

  /** A photograph's kind of picture; text and flat parts stay lossless. */
  @ParameterizedTest
  @CsvSource({"1, 28", "5, 33", "9, 38"})
  @Feature("encoding: Tight with JPEG")
  void holdsNearlyTheDesktopWhereItTakesJpeg(int quality, double decibels) throws Exception {
    desktop.photograph(random, 0, 0, WIDTH, HEIGHT);
    connect(new NoAuthentication(), "-encodings", "tight", "--jpeg", "1", "-quality", "" + quality);
    await()
        .pollInterval(VirtualScreen.LOOK)
        .untilAsserted(() -> assertThat(psnr(dump())).isGreaterThan(decibels));
    assertThat(server.clients().get(0).bytesSent()).isLessThan(WIDTH * HEIGHT);
  }

  /** Peak signal-to-noise ratio of all pixels' three colours, in dB; infinite if exact. */
  private double psnr(int[] shown) {
    int[] wanted = desktop.pixels();
    if (shown.length != wanted.length) {
      return 0;
    }
    double squares = 0;
    for (int i = 0; i < wanted.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int error = (wanted[i] >> shift & 0xff) - (shown[i] >> shift & 0xff);
        squares += error * error;
      }
    }
    return 10 * Math.log10(255.0 * 255 * 3 * wanted.length / squares);
  }

  @Test
  @Feature("encoding: CopyRect")
  void copiesWhatTheServerSaysWasMoved() throws Exception {
    connect(new NoAuthentication(), "-encodings", "copyrect raw");
    awaitPicture(0);
    long before = server.clients().get(0).bytesSent();
    desktop.copy(0, 16, 0, 0, WIDTH, HEIGHT - 16);
    awaitPicture(0);
    assertThat(server.clients().get(0).bytesSent() - before).isLessThan(1000);
  }

  @ParameterizedTest
  @CsvSource({"2, 5", "1, 43"})
  @Feature("colours: {0}-byte pixels")
  void holdsTheDesktopInFewerColours(int bytes, int step) throws Exception {
    connect(new NoAuthentication(), "--bytes-per-pixel", "" + bytes);
    followsChanges(step);
  }

  @Test
  @Feature({"security: VncAuth", "input: keysyms", "input: pointer", "clipboard: from the client"})
  void passesInputOnOnceThePasswordIsRight() throws Exception {
    connect(VncAuthentication.ofPassword(PASSWORD), "--password", PASSWORD);
    awaitPicture(0);
    commands.println("key 1 61");
    commands.println("key 0 61");
    commands.println("pointer 1 100 60");
    commands.println("pointer 0 100 60");
    commands.println("clipboard Gr\u00fc\u00dfe");
    await()
        .untilAsserted(
            () ->
                assertThat(input.last().events())
                    .containsExactly(
                        "key +61 0",
                        "key -61 0",
                        "pointer 1 100,60",
                        "pointer 0 100,60",
                        "clipboard Gr\u00fc\u00dfe"));
  }
}
