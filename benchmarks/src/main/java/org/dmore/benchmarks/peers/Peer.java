package org.dmore.benchmarks.peers;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs, and its application, whose answers come on standard output. Closing it ends
 * their processes; so does the end of this JVM, and an answer that does not come in time.
 */
public final class Peer implements AutoCloseable {
  /** A process's user and system time in /proc/PID/stat, counted from the field after its name. */
  private static final int USER_TIME = 14 - 3;

  private static final double TICKS_PER_SECOND = 100;
  private static final int END_SECONDS = 3;
  private static final int LOG_SHOWN = 600;
  private static final String READY = "ready";

  private final String name;
  private final Path log;
  private final Duration patience;
  private final List<Process> processes = new ArrayList<>();
  private final Thread endWithJvm = new Thread(this::endProcesses, "peers-end");
  private final Watchdog watchdog;
  private InputStream answers;
  private InetSocketAddress address;

  /**
   * Has no process yet.
   *
   * @param name for error messages
   * @param log where its processes log to
   * @param patience how long an answer, or what a key draws, may take
   */
  public Peer(String name, Path log, Duration patience) {
    this.name = name;
    this.log = log;
    this.patience = patience;
    this.watchdog = new Watchdog(patience, this::endProcesses);
    Runtime.getRuntime().addShutdownHook(endWithJvm);
  }

  /** Starts one of its processes; what that logs is kept for error messages. */
  public Process start(Map<String, String> environment, Redirect output, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(output).redirectError(Redirect.appendTo(log.toFile())).start();
    synchronized (processes) {
      processes.add(process);
    }
    return process;
  }

  /** Starts the process whose standard output has the answers. */
  public Process startApplication(Map<String, String> environment, List<String> command)
      throws IOException {
    Process application = start(environment, Redirect.PIPE, command);
    answers = application.getInputStream();
    return application;
  }

  /** Waits until the application says {@code ready}, or {@code ready PORT}, and connects there. */
  public void awaitReady(int port) throws IOException {
    String said = line(answers);
    if (!said.startsWith(READY)) {
      throw failed("it said '" + said + "' instead of being ready", null);
    }
    String own = said.substring(READY.length()).strip();
    address =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), own.isEmpty() ? port : Integer.parseInt(own));
  }

  /** A line that one of its processes writes. */
  public String line(InputStream in) throws IOException {
    return line(in, "it did not start");
  }

  /**
   * Gives one of its processes a command, a line, and waits for the answer.
   *
   * @return the answer's line
   */
  public String ask(Process process, String command) throws IOException {
    String unanswered = "it ended before it answered '" + command + "'";
    try {
      OutputStream in = process.getOutputStream();
      in.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException e) {
      throw failed(unanswered, e);
    }
    return line(process.getInputStream(), unanswered);
  }

  private String line(InputStream in, String ended) throws IOException {
    StringBuilder line = new StringBuilder();
    watchdog.start();
    try {
      int octet;
      while ((octet = in.read()) != '\n') {
        if (octet < 0) {
          throw failed(
              watchdog.hasActed() ? "no answer within " + patience.toMillis() + " ms" : ended,
              new EOFException());
        }
        line.append((char) octet);
      }
    } finally {
      watchdog.stop();
    }
    return line.toString();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Waits for the answer to a key event. */
  void awaitAnswer() throws IOException {
    watchdog.start();
    int answer = answers.read();
    watchdog.stop();
    if (answer < 0) {
      throw failed(
          watchdog.hasActed()
              ? "a key event was not answered within " + patience.toMillis() + " ms"
              : "it ended before it answered a key event",
          new EOFException());
    }
  }

  /** How long an answer, or what a key draws, may take. */
  Duration patience() {
    return patience;
  }

  /** An error that names the server and has the end of its log. */
  public IOException failed(String what, Throwable cause) {
    String said;
    try {
      said = Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1).strip() : "";
    } catch (IOException e) {
      said = "";
    }
    String end = said.substring(Math.max(0, said.length() - LOG_SHOWN));
    return new IOException(
        "subject=" + name + ": " + what + (end.isEmpty() ? "" : "; its log ends: " + end), cause);
  }

  /** Processor time of all its processes so far, in seconds, in steps of 10 ms. */
  double cpuSeconds() throws IOException {
    double ticks = 0;
    for (Process process : List.copyOf(processes)) {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Ends one of its processes before the others. */
  public void end(Process process) {
    synchronized (processes) {
      processes.remove(process);
      stop(process);
    }
  }

  @Override
  public void close() {
    watchdog.close();
    endProcesses();
    try {
      Runtime.getRuntime().removeShutdownHook(endWithJvm);
    } catch (IllegalStateException e) {
      // the JVM ends already, and with it they
    }
  }

  /** The application first, as it was started last. */
  private void endProcesses() {
    synchronized (processes) {
      for (int i = processes.size() - 1; i >= 0; i--) {
        stop(processes.get(i));
      }
    }
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
