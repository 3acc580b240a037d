package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One migration by {@code xl}, whose last word is held back until it is decided: a folder with the
 * state, and programs beside this process.
 *
 * <p>{@code xl}'s protocol ends in the receiver's report that it has all and asks to go; then the
 * source gives the VM away. Whoever provides the transport can hold that report: both copies stand
 * still meanwhile, and either may be given up. The transport is a script of the shell with socat,
 * not a thread in here, so that a hostd that is killed takes no VM with it: what has landed stays
 * landed until the next hostd decides, and what is decided is carried out.
 */
final class XlStream {
  private static final String SCRIPT = "xl-stream.sh";
  private static final Duration POLL = Duration.ofMillis(10);

  /** What may go through a shell. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  private static final Pattern PEER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:,=/+-]*");

  private final Path folder;

  private XlStream(Path folder) {
    this.folder = folder;
  }

  /** The stream of a VM that was begun earlier and is not forgotten yet; empty if there is none. */
  static Optional<XlStream> of(Path folder) {
    return Files.exists(folder.resolve("pid"))
        ? Optional.of(new XlStream(folder))
        : Optional.empty();
  }

  /**
   * Begins one.
   *
   * @param folder for its state; what is there of a former one is removed
   * @param peer where it goes, in socat's words
   */
  static XlStream start(Path folder, String vm, String peer) throws IOException {
    return start(folder, vm, peer, Map.of());
  }

  /**
   * Begins one.
   *
   * @param environment what the programs find in their environment beside ours, or instead
   */
  static XlStream start(Path folder, String vm, String peer, Map<String, String> environment)
      throws IOException {
    if (!NAME.matcher(vm).matches() || !PEER.matcher(peer).matches()) {
      throw new IOException(
          "vm=%s to=%s: letters, digits and . _ - : , = / are understood".formatted(vm, peer));
    }
    remove(folder);
    Files.createDirectories(folder);
    Path script = folder.resolve(SCRIPT);
    try (InputStream in = XlStream.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IOException(SCRIPT + " is missing in this build");
      }
      Files.copy(in, script);
    }
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "sh", script.toString(), "run", folder.toString(), vm, peer)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("log").toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    Files.writeString(folder.resolve("pid"), Long.toString(process.pid()));
    return new XlStream(folder);
  }

  /** Whether the copy is complete at the destination and asks to go. */
  boolean hasLanded() {
    return Files.exists(folder.resolve("ready"));
  }

  /** {@code xl}'s exit status, once it has ended; -1 if it ended without saying. */
  OptionalInt status() throws IOException {
    OptionalInt told = told();
    if (told.isPresent() || isAlive()) {
      return told;
    }
    told = told(); // it may have said so and ended since the first look
    return told.isPresent() ? told : OptionalInt.of(-1);
  }

  private OptionalInt told() throws IOException {
    try {
      String text = Files.readString(folder.resolve("status")).strip();
      return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    } catch (NoSuchFileException e) {
      return OptionalInt.empty();
    }
  }

  /** Waits until {@code xl} has ended; empty if it has not in time. */
  OptionalInt awaitEnd(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    OptionalInt status = status();
    while (status.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL.toMillis());
      status = status();
    }
    return status;
  }

  /** Lets a copy that has landed be the VM, or not. It is carried out whatever becomes of us. */
  void decide(boolean go, Duration limit) throws IOException, InterruptedException {
    script(limit, go ? "go" : "stop");
  }

  /** Cuts the connection: {@code xl} has the VM go on. */
  void cut(Duration limit) throws IOException, InterruptedException {
    script(limit, "cut");
  }

  /** What the programs said last, for people. */
  String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(folder.resolve("log"), StandardCharsets.UTF_8).stream()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.isEmpty() ? "nothing was said" : lines.get(lines.size() - 1).strip();
    } catch (IOException e) {
      return "there is no log";
    }
  }

  /** Forgets a stream that has ended. */
  void forget() throws IOException {
    Files.deleteIfExists(folder.resolve("pid"));
  }

  private void script(Duration limit, String verb) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", folder.resolve(SCRIPT).toString(), verb, folder.toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      process.destroyForcibly();
      throw new IOException("the stream in " + folder + " does not take '" + verb + "'");
    }
  }

  private boolean isAlive() throws IOException {
    try {
      long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    } catch (NoSuchFileException | NumberFormatException e) {
      return false;
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
