package org.dmore.rfb.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/**
 * An X server in memory with a window manager, and the programs that were started on it. Closing it
 * ends them all, each by its own handle.
 */
public final class VirtualScreen implements AutoCloseable {
  /** Between two looks at a screen. */
  static final Duration LOOK = Duration.ofMillis(100);

  private static final String DEPTH = "24";

  private final Deque<Process> processes = new ArrayDeque<>();
  private final Path home;
  private final String display;

  private VirtualScreen(Path home, String display, Process x) {
    this.home = home;
    this.display = display;
    processes.push(x);
  }

  /**
   * Skips the test if a program is not installed; fails it where the environment says {@code
   * DMORE_REQUIRE_CLIENTS=1}, as on a machine that is there to run these tests.
   */
  public static void needs(String program, String aptPackage) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    demand(there, program, aptPackage);
  }

  /** As {@link #needs}, for a file that a package brings. */
  public static void needsFile(Path file, String aptPackage) {
    demand(Files.exists(file), file.toString(), aptPackage);
  }

  /** As {@link #needs}, for what the caller has looked for itself. */
  public static void demand(boolean there, String what, String aptPackage) {
    String message = what + " is not installed: apt-get install " + aptPackage;
    if ("1".equals(System.getenv("DMORE_REQUIRE_CLIENTS"))) {
      assertThat(there).as(message).isTrue();
    }
    assumeTrue(there, message);
  }

  /** Starts Xvfb on a free display and openbox on it. */
  public static VirtualScreen open(Path home, int width, int height) throws IOException {
    needs("Xvfb", "xvfb");
    needs("xdotool", "xdotool");
    needs("import", "imagemagick");
    needs("openbox", "openbox");
    needs("xwininfo", "x11-utils");
    Process x =
        new ProcessBuilder(
                "Xvfb",
                "-displayfd",
                "1",
                "-screen",
                "0",
                width + "x" + height + "x" + DEPTH,
                "-nolisten",
                "tcp")
            .redirectError(home.resolve("xvfb.log").toFile())
            .start();
    BufferedReader reader = x.inputReader(StandardCharsets.US_ASCII);
    String number = reader.readLine();
    if (number == null) {
      throw new IOException("Xvfb did not start: " + Files.readString(home.resolve("xvfb.log")));
    }
    VirtualScreen screen = new VirtualScreen(home, ":" + number.trim(), x);
    // A window that is mapped while the window manager starts may never be shown, though the root
    // window's properties say already that it is there. What it runs itself comes after that.
    Path started = home.resolve("openbox.started");
    screen.start("openbox", "--sm-disable", "--startup", "touch '" + started + "'");
    await().until(() -> Files.exists(started));
    return screen;
  }

  /** Starts a program that runs until it ends itself or this screen is closed. */
  public Process start(String... command) throws IOException {
    Process process =
        process(command).redirectErrorStream(true).redirectOutput(log(command)).start();
    processes.push(process);
    return process;
  }

  /** What a program that was started has said. */
  public String output(String... command) throws IOException {
    return Files.readString(log(command).toPath(), StandardCharsets.ISO_8859_1);
  }

  /** Runs xdotool to its end and returns what it said. */
  public String xdotool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("xdotool"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /**
   * Waits for a window.
   *
   * @param name a regular expression that its name has a match of
   */
  void awaitWindow(String name) {
    awaitWindow(name, Duration.ofSeconds(10));
  }

  /** As {@link #awaitWindow(String)}, for so long. */
  void awaitWindow(String name, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(LOOK)
        .until(() -> !xdotool("search", "--onlyvisible", "--name", name).isEmpty());
  }

  /** What an X client would paste; empty if the clipboard is. */
  public String clipboard() throws IOException, InterruptedException {
    needs("xclip", "xclip");
    Process process =
        process("xclip", "-o", "-selection", "clipboard", "-target", "UTF8_STRING")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  /** Copies a text, as an X client that is there to hand it out until someone else copies. */
  public void copy(String text) throws IOException {
    needs("xclip", "xclip");
    Path file = Files.writeString(home.resolve("copied.txt"), text);
    start("xclip", "-i", "-selection", "clipboard", "-quiet", file.toString());
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process = process(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.trim();
  }

  /** The windows that there are, shown or not, for a test that failed to tell. */
  public String windows() throws IOException, InterruptedException {
    return run("xwininfo", "-root", "-tree");
  }

  /** What the whole screen shows. */
  public BufferedImage screenshot() throws IOException {
    Process process = process("import", "-window", "root", "png:-").start();
    try (InputStream png = process.getInputStream()) {
      BufferedImage image = ImageIO.read(png);
      if (image == null) {
        throw new IOException("import gave no picture of display=" + display);
      }
      return image;
    }
  }

  private ProcessBuilder process(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DISPLAY", display);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_RUNTIME_DIR", home.toString());
    builder.environment().put("NO_AT_BRIDGE", "1");
    builder.environment().remove("XAUTHORITY");
    return builder;
  }

  private File log(String... command) {
    return home.resolve(Path.of(command[0]).getFileName() + ".log").toFile();
  }

  @Override
  public void close() {
    while (!processes.isEmpty()) {
      Process process = processes.pop();
      process.destroy();
      try {
        if (!process.waitFor(3, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
