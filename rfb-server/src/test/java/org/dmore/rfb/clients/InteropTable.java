package org.dmore.rfb.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Gathers what the tests of a run showed of each {@link Peer} and, when the run ends, writes the
 * table as {@code target/interop.md}. A cell that stands there was seen: a test that failed says
 * so, and one that was skipped leaves its cell empty.
 *
 * <p>A build can have several JVMs, and each of them several runs, of a class each. Every run puts
 * what it saw into a file of its own, and then what all of that build have so far into the table:
 * the last one completes it.
 */
public final class InteropTable implements InvocationInterceptor {
  /** The order of the rows. */
  static final List<String> GROUPS =
      List.of("security", "encoding", "colours", "picture", "input", "clipboard", "transport");

  private static final Path FILE = Path.of("target", "interop.md");
  private static final Path PARTS = Path.of("target", "interop");

  /** The same for all of a build, and for no other. */
  private static final String BUILD =
      System.getProperty("dmore.build", "without").replaceAll("[^A-Za-z0-9]", "") + "-";

  /** Runs of this JVM. */
  private static final AtomicInteger RUNS = new AtomicInteger();

  private static final String FAILED = "**no**";
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(InteropTable.class);

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    watch(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    watch(invocation, method, context);
  }

  private static void watch(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Results results =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Results.class, any -> new Results(), Results.class);
    Peer peer = context.getRequiredTestClass().getAnnotation(Peer.class);
    try {
      invocation.proceed();
    } catch (TestAbortedException e) {
      throw e;
    } catch (Throwable e) {
      for (Feature feature : method.getExecutable().getAnnotationsByType(Feature.class)) {
        results.add(peer, feature, method.getArguments(), FAILED);
      }
      throw e;
    }
    for (Feature feature : method.getExecutable().getAnnotationsByType(Feature.class)) {
      results.add(peer, feature, method.getArguments(), feature.shown());
    }
  }

  /** The table so far. Thread-safe. */
  private static final class Results implements AutoCloseable {
    private static final Comparator<String> ROWS =
        Comparator.comparingInt((String row) -> group(row)).thenComparing(row -> row);

    private final Map<String, Map<String, String>> rows = new TreeMap<>(ROWS);
    private final Map<String, String> versions = new TreeMap<>();

    private static int group(String row) {
      int group = GROUPS.indexOf(row.substring(0, Math.max(0, row.indexOf(':'))));
      if (group < 0) {
        throw new IllegalArgumentException("feature=\"" + row + "\" is of none of " + GROUPS);
      }
      return group;
    }

    synchronized void add(Peer peer, Feature feature, List<Object> arguments, String shown) {
      versions.computeIfAbsent(peer.value(), any -> version(peer));
      for (String text : feature.value()) {
        String row = text;
        for (int i = 0; i < arguments.size(); i++) {
          row = row.replace("{" + i + "}", String.valueOf(arguments.get(i)));
        }
        put(row, peer.value(), shown);
      }
    }

    private static String version(Peer peer) {
      if (peer.aptPackage().isEmpty()) {
        return peer.version();
      }
      try {
        Process process =
            new ProcessBuilder("dpkg-query", "-W", "-f", "${Version}", peer.aptPackage())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String full = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Without Debian's epoch and revision.
        return full.replaceFirst("^[0-9]+:", "").replaceFirst("[-+~].*", "");
      } catch (IOException e) {
        return "";
      }
    }

    @Override
    public synchronized void close() {
      if (rows.isEmpty()) {
        return;
      }
      String own = ProcessHandle.current().pid() + "-" + RUNS.incrementAndGet();
      try {
        Files.createDirectories(PARTS);
        try (FileChannel lock =
                FileChannel.open(
                    PARTS.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = lock.lock()) {
          assert held.isValid();
          Files.write(PARTS.resolve(BUILD + own), lines());
          try (DirectoryStream<Path> parts = Files.newDirectoryStream(PARTS, BUILD + "*")) {
            for (Path part : parts) {
              Files.readAllLines(part).forEach(this::merge);
            }
          }
          Files.writeString(FILE, table());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> lines() {
      List<String> lines = new ArrayList<>();
      versions.forEach((peer, version) -> lines.add(String.join("\t", peer, version)));
      rows.forEach(
          (row, cells) ->
              cells.forEach((peer, shown) -> lines.add(String.join("\t", row, peer, shown))));
      return lines;
    }

    private void merge(String line) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 2) {
        versions.put(fields[0], fields[1]);
      } else {
        put(fields[0], fields[1], fields[2]);
      }
    }

    private void put(String row, String peer, String shown) {
      rows.computeIfAbsent(row, any -> new TreeMap<>())
          .merge(peer, shown, (was, now) -> was.equals(FAILED) ? was : now);
    }

    private String table() {
      StringBuilder text = new StringBuilder("| |");
      versions.keySet().forEach(peer -> text.append(' ').append(peer).append(" |"));
      text.append("\n|---|").append("---|".repeat(versions.size())).append('\n');
      rows.forEach(
          (row, cells) -> {
            text.append("| ").append(row).append(" |");
            versions
                .keySet()
                .forEach(
                    peer -> text.append(' ').append(cells.getOrDefault(peer, "")).append(" |"));
            text.append('\n');
          });
      return text.append("\nVersions: ")
          .append(
              versions.entrySet().stream()
                  .map(peer -> peer.getKey() + " " + peer.getValue())
                  .collect(Collectors.joining(", ")))
          .append(".\n")
          .toString();
    }
  }
}
