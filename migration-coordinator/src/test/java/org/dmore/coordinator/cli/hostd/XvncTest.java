package org.dmore.coordinator.cli.hostd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.dmore.coordinator.cli.hostd.CommandBench.Result;
import org.dmore.coordinator.cli.vnc.VncPasswordFile;
import org.dmore.rfb.clients.VirtualScreen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that look at a screen and type on it, on somebody else's VNC server: TigerVNC's. */
class XvncTest {
  private static final String PASSWORD = "geheim12";

  @TempDir Path folder;
  private final CommandBench bench = new CommandBench();
  private VncPasswordFile password;
  private Process server;
  private String display;
  private String address;

  @BeforeEach
  void start() throws Exception {
    VirtualScreen.needs("Xvnc", "tigervnc-standalone-server");
    VirtualScreen.needs("xev", "x11-utils");
    VirtualScreen.needs("xsetroot", "x11-xserver-utils");
    password = VncPasswordFile.write(PASSWORD);
    Files.writeString(folder.resolve("secret"), PASSWORD);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    address = "127.0.0.1:" + port;
    server =
        new ProcessBuilder(
                "Xvnc",
                "-displayfd",
                "1",
                "-geometry",
                "640x400",
                "-rfbport",
                Integer.toString(port),
                "-localhost",
                "-SecurityTypes",
                "VncAuth",
                "-PasswordFile",
                password.path().toString(),
                "-nolisten",
                "tcp")
            .redirectError(folder.resolve("xvnc.log").toFile())
            .start();
    String number = server.inputReader(StandardCharsets.US_ASCII).readLine();
    if (number == null) {
      throw new IOException("Xvnc: " + Files.readString(folder.resolve("xvnc.log")));
    }
    display = ":" + number.strip();
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    if (password != null) {
      password.close();
    }
  }

  private Process onScreen(Path output, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DISPLAY", display);
    return builder.redirectOutput(output.toFile()).start();
  }

  private Result run(String command, String... rest) {
    List<String> words = new ArrayList<>();
    words.add(command);
    words.addAll(List.of("--vnc", address, "--password-file"));
    words.add(folder.resolve("secret").toString());
    words.addAll(List.of(rest));
    return bench.run(words.toArray(String[]::new));
  }

  @Test
  void aScreenshotShowsTheWholeScreen() throws Exception {
    Process root = onScreen(folder.resolve("x.log"), "xsetroot", "-solid", "#336699");
    assertThat(root.waitFor()).isZero();
    String file = folder.resolve("screen.png").toString();
    Result result = run("screenshot", file);
    assertThat(result.status()).as(result.err()).isZero();
    int[] pixels = ImageIO.read(Path.of(file).toFile()).getRGB(0, 0, 640, 400, null, 0, 640);
    // All but the pointer, which this server draws.
    assertThat(Arrays.stream(pixels).filter(rgb -> rgb != 0xff336699).count()).isLessThan(32 * 32);
  }

  @Test
  void whatIsTypedArrivesInOrderToTheLastKey() throws Exception {
    Path log = folder.resolve("xev.log");
    Process xev = onScreen(log, "xev", "-event", "keyboard", "-geometry", "640x400+0+0");
    try {
      // Without a window manager a window that covers the screen has the pointer, and so the keys.
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                Result probe = run("keys", "f9");
                assertThat(probe.status()).as(probe.err()).isZero();
                return Files.readString(log).contains("keysym 0xffc6, F9");
              });
      String text = "Hello, World! 0123456789 \u00e9\u20ac ~" + "abcdefghij".repeat(10) + "\n";
      Result result = run("type", text, "--delay", "1ms");
      assertThat(result.status()).as(result.err()).isZero();
      await().untilAsserted(() -> assertThat(typed(log)).isEqualTo(text));
    } finally {
      xev.destroy();
      xev.waitFor();
    }
  }

  /** The characters of the keys that were pressed. */
  private static String typed(Path log) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean pressed = false;
    for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("Key")) {
        pressed = line.startsWith("KeyPress");
      } else if (pressed && line.contains("(keysym 0x")) {
        int start = line.indexOf("(keysym 0x") + "(keysym 0x".length();
        int keysym = Integer.parseInt(line.substring(start, line.indexOf(',', start)), 16);
        if (keysym == 0xff0d) {
          text.append('\n');
        } else if (keysym > 0x01000000) { // Unicode
          text.appendCodePoint(keysym - 0x01000000);
        } else if (keysym <= 0xff) {
          text.append((char) keysym);
        }
        pressed = false;
      }
    }
    return text.toString();
  }
}
