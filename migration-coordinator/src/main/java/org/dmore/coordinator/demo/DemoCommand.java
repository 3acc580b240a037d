package org.dmore.coordinator.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.pair.FileJournal;
import org.dmore.coordinator.pair.MemoryJournal;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.rfb.ControlPolicy;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.dmore.vdev.service.ConsoleSecurity;
import org.dmore.vdev.service.ConsoledConfig;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Two hosts, a guest with a text console and its console VM, all in this process.",
      "Connect a VNC client, type, and type 'migrate' at the prompt: the guest and its console",
      "move to the other host together while you go on typing.",
      ""
    },
    footer = {
      "",
      "At the prompt: migrate, paste, cancel, locks, status, receipts, fault, help, quit.",
      "Exit status: 0 if every input event arrived once and in order; 1 if not, or on an error."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int PASSWORD_LENGTH = 8;

  @Spec private CommandSpec spec;

  @Option(
      names = "--vnc-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--vnc-port",
      paramLabel = "PORT",
      defaultValue = "5900",
      description = "TCP port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--web-port",
      paramLabel = "PORT",
      description = "TCP port for browsers too; 0 takes a free one (default: none).")
  private Integer webPort;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "TCP port on loopback for Prometheus; 0 takes a free one (default: none).")
  private Integer metricsPort;

  @Option(
      names = "--password",
      paramLabel = "TEXT",
      description = "Viewers' password, 1 to 8 characters (default: a new one each time).")
  private String password;

  @Option(
      names = "--keys",
      paramLabel = "FOLDER",
      description =
          "Offer TLS and RSA-AES too, with keys from this folder; they are made there on first run.")
  private Path keyFolder;

  @Option(
      names = "--keymap",
      paramLabel = "LAYOUT",
      defaultValue = "us",
      description = "The guest's keyboard layout (default: ${DEFAULT-VALUE}).")
  private String keymap;

  @Option(
      names = "--control",
      paramLabel = "WHO",
      defaultValue = "everyone",
      description =
          "Who of several viewers types: everyone, newest or first (default: ${DEFAULT-VALUE}).")
  private String control;

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "Disconnect a viewer that neither types nor points for so long (default: never).")
  private Duration idleTimeout;

  @Option(
      names = "--migrate-every",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Migrate again and again, with this pause: 500ms, 10s, 2m, 1h.")
  private Duration migrateEvery;

  @Option(
      names = "--paused-bound",
      paramLabel = "DURATION",
      defaultValue = "500ms",
      converter = DurationConverter.class,
      description =
          "Call a move off before the guest stands still for longer (default: ${DEFAULT-VALUE}).")
  private Duration pausedBound;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "End after this time (default: at quit, Ctrl-C or Ctrl-D).")
  private Duration duration;

  @Option(
      names = "--guest-log",
      paramLabel = "FILE",
      description = "Write a JSON line for each input event that the guest's driver consumed.")
  private Path guestLog;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "Keep the journal of migrations in a file.")
  private Path journalFile;

  @Option(
      names = "--json",
      description = "Print a JSON object a line; commands come through standard input.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    String chosen = password == null ? newPassword() : password;
    ConsoledConfig console = consoleConfig(chosen);
    try (Resources resources = new Resources()) {
      KeyboardFrontend.Listener input =
          guestLog == null
              ? KeyboardFrontend.Listener.NONE
              : resources.add(openFile("--guest-log", guestLog, GuestLog::new));
      MigrationJournal journal =
          journalFile == null
              ? new MemoryJournal()
              : resources.add(openFile("--journal", journalFile, FileJournal::new));
      DemoSettings settings =
          DemoSettings.of(console)
              .withSecurity(security(chosen))
              .withMigration(MigrationSettings.DEFAULT.withPausedBound(pausedBound));
      DemoRoom room = resources.add(DemoRoom.open(settings, journal, input));
      return run(room, chosen) ? 0 : 1;
    } catch (BindException e) {
      throw new IOException(
          e.getMessage() + " (--vnc-port, --web-port, --metrics-port and --vnc-host choose it)", e);
    }
  }

  private ControlPolicy controlPolicy() {
    return switch (control) {
      case "everyone" -> ControlPolicy.everyone();
      case "newest" -> ControlPolicy.newest();
      case "first" -> ControlPolicy.whenFree();
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "--control=" + control + " is not known: everyone, newest or first");
    };
  }

  private ConsoledConfig consoleConfig(String chosen) {
    try {
      ConsoledConfig.Builder config =
          ConsoledConfig.builder("dmore demo guest", chosen)
              .listenOn(host, port)
              .keymap(keymap)
              .control(controlPolicy());
      if (idleTimeout != null) {
        config.idleTimeout(idleTimeout);
      }
      if (webPort != null) {
        config.webPort(webPort);
      }
      if (metricsPort != null) {
        config.metricsPort(metricsPort);
      }
      return config.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ConsoleSecurity security(String chosen) throws IOException {
    if (keyFolder == null) {
      return ConsoleSecurity.ofPassword(chosen);
    }
    List<String> names = Stream.of(host, "localhost", "127.0.0.1").distinct().toList();
    return openFile("--keys", keyFolder, folder -> ConsoleSecurity.withKeys(chosen, folder, names));
  }

  /** Opens a file that an option names. */
  @FunctionalInterface
  private interface Opener<T> {
    T open(Path file) throws IOException;
  }

  private static <T> T openFile(String option, Path file, Opener<T> opener) throws IOException {
    try {
      return opener.open(file);
    } catch (NoSuchFileException e) {
      throw new IOException(option + "=" + file + " cannot be written: its folder is missing", e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "no permission" : e.getReason();
      throw new IOException(option + "=" + file + " cannot be written: " + reason, e);
    }
  }

  private boolean run(DemoRoom room, String chosen) throws IOException, InterruptedException {
    if (json) {
      return runWithoutTerminal(room, chosen, new JsonOutput(System.out));
    }
    if (!isTerminal(0) || !isTerminal(1)) {
      return runWithoutTerminal(room, chosen, new TextOutput(System.out::println, bar -> {}));
    }
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      return runAtTerminal(room, chosen, terminal);
    }
  }

  private boolean runWithoutTerminal(DemoRoom room, String chosen, DemoOutput output)
      throws InterruptedException {
    DemoSession session = new DemoSession(room, output);
    begin(session, chosen, output);
    // Commands may come through a pipe; its end is not the demo's.
    Thread commands =
        new Thread(
            () -> {
              try {
                new DemoPrompt(session, output::message)
                    .follow(
                        new BufferedReader(
                            new InputStreamReader(System.in, Charset.defaultCharset())));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "commands");
    commands.setDaemon(true);
    commands.start();
    awaitEnd(session);
    return session.finish();
  }

  private boolean runAtTerminal(DemoRoom room, String chosen, Terminal terminal)
      throws InterruptedException {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // ! and \ are the text's
            .completer(
                new ArgumentCompleter(
                    new StringsCompleter(DemoPrompt.COMMANDS),
                    new StringsCompleter(DemoPrompt.FAULTS)))
            .build();
    Consumer<String> lines = reader::printAbove;
    DemoOutput output =
        new TextOutput(
            lines,
            bar -> {
              if (!reader.isReading()) {
                terminal.writer().print("\r\u001b[K" + bar);
                terminal.flush();
              }
            });
    DemoSession session = new DemoSession(room, output);
    begin(session, chosen, output);
    lines.accept("Type help for the commands, quit or Ctrl-C to end.");
    Thread prompt = Thread.currentThread();
    Thread clock =
        new Thread(
            () -> {
              try {
                awaitEnd(session);
                prompt.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "clock");
    clock.setDaemon(true);
    clock.start();
    readCommands(session, reader, new DemoPrompt(session, lines));
    return session.finish();
  }

  private static void readCommands(DemoSession session, LineReader reader, DemoPrompt prompt) {
    try {
      while (!session.isStopping()) {
        prompt.execute(reader.readLine("dmore> "));
      }
    } catch (UserInterruptException | EndOfFileException | InterruptedException e) {
      session.stop(); // Ctrl-C, Ctrl-D, or the time is over
    }
    boolean unused = Thread.interrupted(); // finishing must not be cut short
  }

  private void begin(DemoSession session, String chosen, DemoOutput output) {
    Object unusedInt = Signals.register("INT", session::stop);
    Object unusedTerm = Signals.register("TERM", session::stop);
    output.ready(session.room(), chosen);
    if (migrateEvery != null) {
      session.migrateEvery(migrateEvery);
    }
  }

  private void awaitEnd(DemoSession session) throws InterruptedException {
    boolean stopped = session.awaitStop(duration == null ? Duration.ofDays(3650) : duration);
    if (!stopped) {
      session.stop();
    }
  }

  private void check() {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(
          spec.commandLine(), "--vnc-port=" + port + " is not in 0..65535");
    }
    if (password != null && (password.isEmpty() || password.length() > PASSWORD_LENGTH)) {
      throw new ParameterException(
          spec.commandLine(),
          "--password must have 1 to 8 characters: VNC Authentication knows no more");
    }
  }

  /** Whether a file descriptor is a terminal; Linux's {@code /proc} says what it is open on. */
  private static boolean isTerminal(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static String newPassword() {
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < PASSWORD_LENGTH; i++) {
      text.append(PASSWORD_LETTERS.charAt(random.nextInt(PASSWORD_LETTERS.length())));
    }
    return text.toString();
  }
}
