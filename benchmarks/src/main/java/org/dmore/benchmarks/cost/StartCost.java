package org.dmore.benchmarks.cost;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.dmore.benchmarks.report.NearestRank;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.coordinator.demo.DemoRoom;
import org.dmore.coordinator.image.DomRImage;

/**
 * How long consoled takes from the start of its JVM until a viewer has its first twelve bytes, the
 * protocol's version: {@link ConsoleStart} on DomR's own Java runtime, jars and JVM options.
 */
public final class StartCost {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BETWEEN_TRIES = Duration.ofMillis(1).toNanos();
  private static final String CLASS_PATH = "-cp ";
  private static final String SHARED = "-XX:SharedArchiveFile=";
  private static final String VERSION = "RFB 003.008\n";

  private final Path runtime;
  private final Path work;
  private final List<String> options = new ArrayList<>();

  /** What one start took. */
  private record Start(double millis, double residentBytes) {}

  /**
   * Prepares.
   *
   * @param runtime DomR's Java runtime, as {@link ImageCost#runtime} tells
   * @param work an empty folder
   */
  public StartCost(Path runtime, Path work) throws IOException {
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

  /**
   * Starts it again and again, with each archive in turn, once more than is counted.
   *
   * @param runs starts with each archive
   * @return a row for each archive
   */
  public List<ResultFile.Row> measure(int runs) throws IOException, InterruptedException {
    return measure(runs, EnumSet.allOf(Archive.class));
  }

  /** The same with some archives alone. */
  List<ResultFile.Row> measure(int runs, Set<Archive> archives)
      throws IOException, InterruptedException {
    ofJdk();
    Map<Archive, List<Start>> starts = new EnumMap<>(Archive.class);
    for (int run = -1; run < runs; run++) {
      for (Archive archive : archives) {
        Start start = start(archive);
        if (run >= 0) {
          starts.computeIfAbsent(archive, key -> new ArrayList<>()).add(start);
        }
      }
    }
    List<ResultFile.Row> rows = new ArrayList<>();
    starts.forEach((archive, all) -> rows.add(row(archive, all)));
    return rows;
  }

  /** What a JDK's installation makes for its own classes; a linked runtime has none. */
  private void ofJdk() throws IOException, InterruptedException {
    List<String> dump = List.of(java(), "-Xshare:dump", SHARED + work.resolve("jdk.jsa"));
    try (ChildJvm child = ChildJvm.start(work, dump)) {
      String output = child.output();
      if (child.status() != 0) {
        throw new IOException("the JDK's archive was not made: " + output + child.said());
      }
    }
  }

  private List<String> command(Archive archive, int port) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(
        switch (archive) {
          case DOM_R -> List.of(SHARED + "classes.jsa", "-Xshare:on");
          case JDK -> List.of(SHARED + work.resolve("jdk.jsa"), "-Xshare:on");
          case NONE -> List.of("-Xshare:off");
        });
    command.addAll(options);
    command.addAll(List.of(ConsoleStart.class.getName(), Integer.toString(port)));
    return command;
  }

  private String java() {
    return runtime.resolve("runtime/bin/java").toString();
  }

  private Start start(Archive archive) throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = command(archive, port);
    long begin = System.nanoTime();
    try (ChildJvm child = ChildJvm.start(runtime, command)) {
      while (!answers(port)) {
        if (!child.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
          throw new IOException("consoled with " + archive.title() + ": " + child.said());
        }
        LockSupport.parkNanos(BETWEEN_TRIES);
      }
      double millis = (System.nanoTime() - begin) / 1e6;
      return new Start(millis, resident(child.pid()));
    }
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

  private static double resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> 1024.0 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("pid=" + pid + " has ended"));
  }

  private static ResultFile.Row row(Archive archive, List<Start> starts) {
    double[] millis = starts.stream().mapToDouble(Start::millis).sorted().toArray();
    double[] resident = starts.stream().mapToDouble(Start::residentBytes).sorted().toArray();
    return ResultFile.Row.of(
        archive.title(),
        "start",
        Map.of(
            "start_ms", millis[NearestRank.index(starts.size(), 50)],
            "start_min_ms", millis[0],
            "start_max_ms", millis[millis.length - 1],
            "resident_bytes", resident[NearestRank.index(starts.size(), 50)],
            "runs", (double) starts.size()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
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
