package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * The dom0 of one of the lab's hosts: commands, files, logs. For a JVM inside the lab's network
 * namespace. Any thread may use it; each call has a connection of its own.
 *
 * <p>Limits are on this machine's clock. The emulation is slow: a command that takes 10 ms on Xen
 * takes 50 to 100 ms here, a JVM 2 s to start, so give a minute where a second would do.
 */
public final class Dom0 {
  /** The TCP port of the command channel. */
  static final int CHANNEL_PORT = 2323;

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int BOOT_POLL_MILLIS = 300;

  private final int number;
  private final InetSocketAddress channel;
  private final Path logs;

  Dom0(int number, InetSocketAddress channel, Path logs) {
    this.number = number;
    this.channel = channel;
    this.logs = logs;
  }

  /** Which host it is: 1 or 2. */
  public int number() {
    return number;
  }

  /** Its address on the lab's network, to give to another host as the target of a move. */
  public String address() {
    return channel.getAddress().getHostAddress();
  }

  /**
   * Runs a script of busybox's sh as root and waits for its end. A command started in the
   * background outlives the script if it has a session of its own ({@code setsid}).
   *
   * @param limit for the whole call; when it is reached the script is killed with its children
   * @throws LabException if there is no answer within the limit, or dom0 cannot be reached
   */
  public CommandResult run(Duration limit, String script) throws LabException {
    byte[] body = script.getBytes(StandardCharsets.UTF_8);
    Dom0Channel.Answer answer = call(limit, "run " + body.length, body, script);
    return new CommandResult(answer.status(), answer.outText(), answer.errText());
  }

  /**
   * Runs a script that must succeed.
   *
   * @return its standard output without the line end
   * @throws LabException also if its status is not 0, with what it wrote
   */
  public String check(Duration limit, String script) throws LabException {
    CommandResult result = run(limit, script);
    if (!result.succeeded()) {
      throw new LabException(
          "host=%d status=%d script='%s' said: %s"
              .formatted(
                  number, result.status(), brief(script), (result.out() + result.err()).strip()));
    }
    return result.out().stripTrailing();
  }

  /** {@link #check(Duration, String)} with a limit of a minute. */
  public String check(String script) throws LabException {
    return check(SOON, script);
  }

  /**
   * Starts a script that goes on by itself, for what runs as long as a scenario does. Its output
   * goes to {@code NAME.log} in {@link #log(String)}'s folder, after what an earlier one of that
   * name wrote.
   *
   * @param name letters, digits and hyphens
   */
  public Dom0Job start(String name, String script) throws IOException {
    return Dom0Job.start(this, name, script);
  }

  /** Writes a file, readable by all, with its folders; {@code executable} as a program. */
  public void upload(byte[] content, String path, boolean executable) throws LabException {
    String mode = executable ? "755" : "644";
    expectDone(call(SOON, "put " + mode + " " + content.length + " " + path, content, path), path);
  }

  /** Copies a file of this machine into dom0, executable if it is so here. */
  public void upload(Path file, String path) throws IOException {
    upload(Files.readAllBytes(file), path, Files.isExecutable(file));
  }

  /** A file's content. */
  public byte[] download(String path) throws LabException {
    Dom0Channel.Answer answer = call(SOON, "get " + path, new byte[0], path);
    expectDone(answer, path);
    return answer.out();
  }

  /**
   * A file of dom0's {@code /var/log/xen}, which is a folder of this machine: it can be read at any
   * time, also after the host died. A guest's console is {@code guest-NAME.log}; that of a guest
   * that came by a move {@code guest-NAME--incoming.log}.
   */
  public LogFile log(String name) {
    return new LogFile(logs.resolve(name));
  }

  /** The folder of {@link #log(String)} on this machine. */
  public Path logs() {
    return logs;
  }

  /** A domain's number here, if a domain of that name is here. */
  public OptionalInt domainId(String name) throws LabException {
    CommandResult result = run(SOON, "xl domid " + quoted(name));
    if (!result.succeeded()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(result.out().strip()));
  }

  /** A node's value in this host's xenstore; fails if there is none. */
  public String xenstoreRead(String path) throws LabException {
    return check("xenstore-read " + quoted(path));
  }

  /**
   * Waits until a host that was started has booted: dom0 answers, and xl and libvirtd work.
   *
   * @param alive asked again and again; its exception ends the waiting
   * @throws BootException if that takes longer than the limit
   */
  public void awaitBoot(Duration limit, Liveness alive) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(limit);
    while (!answers()) {
      try {
        alive.check();
      } catch (IOException e) {
        throw new BootException("host=%d: %s".formatted(number, e.getMessage()), e);
      }
      if (deadline.passed()) {
        throw new BootException(
            "host=%d has not booted within %ds: see %s"
                .formatted(number, limit.toSeconds(), logs.resolveSibling("serial.log")));
      }
      Thread.sleep(BOOT_POLL_MILLIS);
    }
  }

  private boolean answers() {
    try {
      return run(SOON, "xl info > /dev/null && [ -S /run/libvirt/libvirt-sock ]").succeeded();
    } catch (LabException e) {
      return false;
    }
  }

  /** Fails when there is nothing left to wait for. */
  @FunctionalInterface
  public interface Liveness {
    void check() throws IOException;
  }

  /** A word for the shell, whatever it has in it. */
  public static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private Dom0Channel.Answer call(Duration limit, String request, byte[] body, String what)
      throws LabException {
    if (request.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a path has no line end: " + request);
    }
    try (Dom0Channel connection = Dom0Channel.open(channel)) {
      connection.request(request, body);
      return connection.answer(limit);
    } catch (SocketTimeoutException e) {
      throw new LabException(
          "host=%d limit=%ds reached by '%s': see its logs in %s"
              .formatted(number, limit.toSeconds(), brief(what), logs),
          e);
    } catch (IOException e) {
      throw new LabException(
          "host=%d address=%s: dom0 does not answer (%s): see dmore lab status"
              .formatted(number, address(), e.getMessage()),
          e);
    }
  }

  private void expectDone(Dom0Channel.Answer answer, String path) throws LabException {
    if (answer.status() != 0) {
      throw new LabException(
          "host=%d file=%s: %s".formatted(number, path, answer.errText().strip()));
    }
  }

  private static String brief(String script) {
    List<String> lines = script.strip().lines().toList();
    String first = lines.isEmpty() ? "" : lines.get(0);
    return lines.size() > 1 ? first + " ..." : first;
  }
}
