package org.dmore.vdev.service;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.access.FileStore;
import org.dmore.vdev.access.MemoryStore;
import org.dmore.vdev.audit.Audit;
import org.dmore.vdev.audit.AuditWriter;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.lib.LibDomainPorts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * consoled as a program, in a domain of Xen's. Settings come as {@code dmore.*} words of the
 * kernel's command line, and as options, which go first: {@code --help} tells them.
 *
 * <p>SIGTERM and SIGINT end it in order: viewers are disconnected and the guest's devices are let
 * go without a word to the guest, so that the next consoled takes the very same connection up.
 *
 * <p>Exit status: 143 or 130 ended by one of these signals; 1 another failure; {@value
 * #WRONG_SETTINGS} the settings are wrong, so that trying again is no use; {@value #NO_XEN} Xen's
 * interfaces are not there; {@value #PORT_TAKEN} a port cannot be had.
 */
public final class ConsoledMain {
  /** The settings are wrong. */
  static final int WRONG_SETTINGS = 2;

  /** This is no domain of Xen's, or its interfaces are not open to this program. */
  static final int NO_XEN = 3;

  /** A port cannot be had. */
  static final int PORT_TAKEN = 4;

  private static final int FAILED = 1;
  private static final String COMMAND_LINE = "--kernel-command-line=";
  private static final Logger LOG = LoggerFactory.getLogger(ConsoledMain.class);

  /** Opens Xen's interfaces. */
  @FunctionalInterface
  interface PortsOpener {
    /**
     * Opens them.
     *
     * @throws XenException if they are not there
     */
    DomainPorts open() throws XenException;
  }

  private final PortsOpener opener;
  private final PrintStream errors;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Makes a program.
   *
   * @param errors where it says why it ended
   */
  ConsoledMain(PortsOpener opener, PrintStream errors) {
    this.opener = opener;
    this.errors = errors;
  }

  /** Runs until a signal ends it. */
  public static void main(String[] arguments) {
    ConsoledMain program = new ConsoledMain(LibDomainPorts::open, System.err);
    Runtime.getRuntime().addShutdownHook(new Thread(program::stopAndWait, "stop"));
    int status = program.run(List.of(arguments));
    // Within a shutdown hook's time, exit would wait for the hook, and the hook for this.
    program.ended.countDown();
    if (program.stop.getCount() > 0) {
      System.exit(status);
    }
  }

  /** Makes {@link #run} end. */
  void stop() {
    stop.countDown();
  }

  private void stopAndWait() {
    stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs until {@link #stop}, or as far as it gets; gives the exit status. */
  int run(List<String> arguments) {
    if (arguments.contains("--help")) {
      help();
      return 0;
    }
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      settings(arguments, "guest"); // a mistake shows wherever this is run
      DomainPorts first = open(open);
      ConsoledSettings settings = settings(arguments, ownName(first));
      LOG.info("{} {} guests={}", settings.config(), settings.access(), settings.guests());
      AuditWriter writer = auditWriter(settings);
      open.push(writer);
      DomainPorts ports = first;
      for (ConsoledSettings console : settings.consoles()) {
        start(console, writer, ports == null ? open(open) : ports, open);
        ports = null; // each console has interfaces of its own, as it has a loop
      }
      stop.await();
      LOG.info("stopping: guests' devices stay as they are for the next consoled");
      return 0;
    } catch (IllegalArgumentException e) {
      return end(WRONG_SETTINGS, e.getMessage() + " (--help tells all settings)");
    } catch (XenException e) {
      return end(NO_XEN, e.getMessage());
    } catch (BindException e) {
      return end(PORT_TAKEN, e.getMessage());
    } catch (IOException e) {
      return end(FAILED, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return end(FAILED, "interrupted");
    } finally {
      open.forEach(ConsoledMain::close);
    }
  }

  private DomainPorts open(Deque<AutoCloseable> open) throws XenException {
    DomainPorts ports = opener.open();
    if (ports instanceof AutoCloseable closeable) {
      open.push(closeable);
    }
    return ports;
  }

  private static void start(
      ConsoledSettings settings, AuditWriter writer, DomainPorts ports, Deque<AutoCloseable> open)
      throws IOException {
    Consoled consoled =
        new Consoled(
            settings.config(),
            security(settings, access(settings)),
            new Audit(writer, settings.access().vm(), Clock.systemUTC(), System::nanoTime),
            ports);
    open.push(consoled);
    consoled.start();
    consoled.webAddress().ifPresent(address -> LOG.info("browsers on {}", address));
  }

  /**
   * Reads the settings: of a file if one is named, which takes the place of the kernel's command
   * line, and of the options.
   */
  private static ConsoledSettings settings(List<String> arguments, String defaultName)
      throws IOException {
    Path file = Path.of("/proc/cmdline");
    List<String> options = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith(COMMAND_LINE)) {
        file = Path.of(argument.substring(COMMAND_LINE.length()));
      } else {
        options.add(argument);
      }
    }
    return ConsoledSettings.read(Files.readString(file), options, defaultName);
  }

  private static String ownName(DomainPorts ports) throws XenException {
    return ports.xenStore().read("name").filter(name -> !name.isBlank()).orElse("guest");
  }

  private static AuditWriter auditWriter(ConsoledSettings settings) throws IOException {
    return switch (settings.audit()) {
      case ConsoledSettings.CONSOLE -> AuditWriter.toConsole();
      case ConsoledSettings.NO_AUDIT -> AuditWriter.toNothing();
      default -> AuditWriter.toFile(Path.of(settings.audit()));
    };
  }

  private static AccessControl access(ConsoledSettings settings) throws IOException {
    MemoryStore store = MemoryStore.none();
    if (settings.state().isPresent()) {
      Files.createDirectories(settings.state().get());
      store = new FileStore(settings.state().get().resolve("access"));
    }
    return new AccessControl(settings.access(), store, Clock.systemUTC());
  }

  private static ConsoleSecurity security(ConsoledSettings settings, AccessControl access)
      throws IOException {
    if (settings.keys().isEmpty()) {
      return ConsoleSecurity.of(access);
    }
    ConsoleSecurity security = ConsoleSecurity.withKeys(access, settings.keys().get(), hostNames());
    security
        .keys()
        .ifPresent(
            keys ->
                LOG.info(
                    "certificate sha256={} rsa={}",
                    keys.certificateFingerprint(),
                    keys.rsaFingerprint()));
    return security;
  }

  private static List<String> hostNames() {
    List<String> names = new ArrayList<>(List.of("localhost"));
    try {
      names.add(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      LOG.debug("this host has no name: {}", e.getMessage());
    }
    return names;
  }

  private int end(int status, String reason) {
    errors.println("consoled: " + reason);
    return status;
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("not closed in order: {}", e.getMessage());
    }
  }

  private void help() {
    errors.println("consoled: shows a guest's console to VNC viewers and browsers.");
    errors.println("Settings, on the kernel's command line as dmore.NAME=VALUE, or here:");
    ConsoledSettings.NAMES.forEach(
        (name, form) -> errors.println("  --" + name + (form.startsWith(" ") ? " " : "=") + form));
    errors.println("  " + COMMAND_LINE + "FILE  read that file instead of /proc/cmdline");
  }
}
