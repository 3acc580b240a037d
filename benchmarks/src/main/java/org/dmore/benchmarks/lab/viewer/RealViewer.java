package org.dmore.benchmarks.lab.viewer;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * TigerVNC's viewer in a window on an X server in memory, driven by xdotool and looked at by
 * ImageMagick: from Debian's packages tigervnc-viewer, xvfb, openbox, xdotool, imagemagick,
 * x11-utils and x11-xserver-utils. Closing it ends them all, each by its own handle.
 */
public final class RealViewer implements AutoCloseable {
  private static final String SCREEN = "1024x768x24";
  private static final Duration START = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  /** Between two keys, in ms: xdotool's own default. */
  private static final String KEY_DELAY = "12";

  private final Deque<Process> processes = new ArrayDeque<>();
  private final Path home;
  private final String display;
  private Optional<Point> place = Optional.empty();

  private RealViewer(Path home) throws IOException {
    this.home = home;
    // Without -noreset it would throw out whoever connects while its last client leaves.
    Process x =
        new ProcessBuilder(
                "Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset")
            .redirectError(home.resolve("xvfb.log").toFile())
            .start();
    processes.push(x);
    BufferedReader reader = x.inputReader(StandardCharsets.US_ASCII);
    String number = reader.readLine();
    if (number == null) {
      throw new IOException("Xvfb did not start: " + Files.readString(home.resolve("xvfb.log")));
    }
    display = ":" + number.strip();
  }

  /**
   * Opens a viewer's window on a server that asks for no password.
   *
   * @throws IOException if a program is missing or does not start
   */
  public static RealViewer open(InetSocketAddress server) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("viewer");
    RealViewer viewer = null;
    try {
      viewer = new RealViewer(home);
      viewer.startWindowManager();
      // The X server would repeat a key whose release is late.
      String unused = viewer.run("xset", "r", "off");
      viewer.start(
          "xtigervncviewer",
          "-Shared",
          "-MenuKey=",
          "-SecurityTypes=None",
          "-AutoSelect=0",
          "-PreferredEncoding=Tight",
          "-NoJPEG",
          server.getAddress().getHostAddress() + "::" + server.getPort());
      return viewer;
    } catch (IOException | RuntimeException | InterruptedException e) {
      if (viewer != null) {
        viewer.close();
      }
      throw e;
    }
  }

  /**
   * Waits until a picture stands on the screen, to the last pixel, and remembers where.
   *
   * @return whether it came within the limit
   */
  public boolean awaitPicture(Picture picture, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean late = System.nanoTime() > deadline;
      place = picture.findIn(screenshot());
      if (place.isPresent() || late) {
        return place.isPresent();
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** What the whole screen shows. */
  public Picture screenshot() throws IOException {
    Process process = process("import", "-window", "root", "png:-").start();
    try (InputStream png = process.getInputStream()) {
      BufferedImage image = ImageIO.read(png);
      if (image == null) {
        throw new IOException("ImageMagick's import gave no picture of display=" + display);
      }
      return Picture.of(image);
    }
  }

  /** Types a text into the window, which must have shown its picture. */
  public void type(String text) throws IOException, InterruptedException {
    pointAt(1, 1);
    String unused = run("xdotool", "type", "--delay", KEY_DELAY, "--", text);
  }

  /** Clicks at a place of the picture, which must have been shown. */
  public void click(int x, int y) throws IOException, InterruptedException {
    pointAt(x, y);
    String unused = run("xdotool", "click", "1");
  }

  /** What the viewer has said so far. */
  public String output() throws IOException {
    return Files.readString(home.resolve("xtigervncviewer.log"), StandardCharsets.ISO_8859_1);
  }

  private void pointAt(int x, int y) throws IOException, InterruptedException {
    Point corner =
        place.orElseThrow(() -> new IllegalStateException("the window has not shown its picture"));
    String unused = run("xdotool", "mousemove", "--sync", "" + (corner.x + x), "" + (corner.y + y));
  }

  /**
   * A window that is mapped while the window manager starts may never be shown, though the root
   * window's properties say already that it is there. What it runs itself comes after that.
   */
  private void startWindowManager() throws IOException, InterruptedException {
    Path started = home.resolve("openbox.started");
    start("openbox", "--sm-disable", "--startup", "touch '" + started + "'");
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.exists(started)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "openbox did not start on display=%s: %s"
                .formatted(display, Files.readString(home.resolve("openbox.log"))));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private void start(String... command) throws IOException {
    Path log = home.resolve(command[0] + ".log");
    processes.push(process(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process = process(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          "command=\"%s\" status=%d said: %s"
              .formatted(String.join(" ", command), status, said.strip()));
    }
    return said;
  }

  private ProcessBuilder process(String... command) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
    builder.environment().put("DISPLAY", display);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_RUNTIME_DIR", home.toString());
    builder.environment().put("NO_AT_BRIDGE", "1");
    builder.environment().remove("XAUTHORITY");
    return builder;
  }

  @Override
  public void close() throws IOException {
    while (!processes.isEmpty()) {
      Process process = processes.pop();
      process.destroy();
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
