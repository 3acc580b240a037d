package org.dmore.benchmarks.cost;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.image.DomRImage;

/**
 * DomR's own Java runtime, jars and JVM options, on which {@link ConsoleStart} is started here as
 * consoled is in a DomR.
 */
public final class DomRRuntime {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BETWEEN_TRIES = Duration.ofMillis(1).toNanos();
  private static final String CLASS_PATH = "-cp ";
  private static final String SHARED = "-XX:SharedArchiveFile=";
  private static final String VERSION = "RFB 003.008\n";

  private final Path runtime;
  private final Path work;
  private final List<String> options = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param runtime DomR's Java runtime, as {@link ImageCost#runtime} tells
   * @param work an empty folder
   */
  public DomRRuntime(Path runtime, Path work) throws IOException {
    this.runtime = runtime;
    this.work = work;
    Path own = work.resolve(ConsoleStart.class.getName().replace('.', '/') + ".class");
    Files.createDirectories(own.getParent());
    copy(ConsoleStart.class, ConsoleStart.class.getSimpleName() + ".class", own);
    copy(DomRImage.class, "domr/jvm", work.resolve("jvm"));
    for (String line : Files.readAllLines(runtime.resolve("options"))) {
      if (line.startsWith(CLASS_PATH)) {
        options.addAll(List.of("-cp", line.substring(CLASS_PATH.length()) + ":" + besides()));
      } else if (!line.startsWith(SHARED)) {
        options.add(line);
      }
    }
    options.add("@" + work.resolve("jvm"));
  }

  /** The room is not in DomR's jars; it comes last on the class path, so the archive holds. */
  private String besides() throws IOException {
    try {
      Path room =
          Path.of(DemoRoom.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return room + ":" + work;
    } catch (URISyntaxException e) {
      throw new IOException("the demo's jar has no proper path: " + e.getMessage(), e);
    }
  }

  /** What a JDK's installation makes for its own classes; a linked runtime has none. */
  void makeJdkArchive() throws IOException, InterruptedException {
    List<String> dump = List.of(java(), "-Xshare:dump", SHARED + work.resolve("jdk.jsa"));
    try (ChildJvm child = ChildJvm.start(work, dump)) {
      String output = child.output();
      if (child.status() != 0) {
        throw new IOException("the JDK's archive was not made: " + output + child.said());
      }
    }
  }

  /**
   * Starts consoled; returns when each console has greeted a viewer with the protocol's version.
   *
   * @param archive which classes it finds prepared
   * @param ports on the loopback, a guest's console for each
   * @param more options of the JVM, beside DomR's or in place of them
   */
  ChildJvm start(Archive archive, List<Integer> ports, String... more)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    ChildJvm child = ChildJvm.start(runtime, command(archive, ports, more));
    boolean started = false;
    try {
      for (int port : ports) {
        while (!answers(port)) {
          if (!child.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
            throw new IOException("consoled with " + archive.title() + ": " + child.said());
          }
          LockSupport.parkNanos(BETWEEN_TRIES);
        }
      }
      started = true;
      return child;
    } finally {
      if (!started) {
        child.close();
      }
    }
  }

  private List<String> command(Archive archive, List<Integer> ports, String... more) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(
        switch (archive) {
          case DOM_R -> List.of(SHARED + "classes.jsa", "-Xshare:on");
          case JDK -> List.of(SHARED + work.resolve("jdk.jsa"), "-Xshare:on");
          case NONE -> List.of("-Xshare:off");
        });
    command.addAll(options);
    command.addAll(List.of(more));
    command.add(ConsoleStart.class.getName());
    ports.forEach(port -> command.add(Integer.toString(port)));
    return command;
  }

  private String java() {
    return runtime.resolve("runtime/bin/java").toString();
  }

  /** Whether somebody listens and is a VNC server; tries that fail cost a tenth of a ms. */
  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      byte[] version = new byte[VERSION.length()];
      new DataInputStream(socket.getInputStream()).readFully(version);
      String text = new String(version, StandardCharsets.US_ASCII);
      if (!text.equals(VERSION)) {
        throw new IOException("port=" + port + " is no VNC server's: it says " + text);
      }
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  private static void copy(Class<?> of, String name, Path to) throws IOException {
    try (InputStream in = of.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("resource=" + name + " is not in dmore's jars");
      }
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
