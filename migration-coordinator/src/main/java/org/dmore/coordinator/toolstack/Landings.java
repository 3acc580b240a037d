package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmore.coordinator.host.VmHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places for VMs that come: each takes one, from one host, for a bounded time. Receivers are
 * programs beside this process, so that a hostd that is killed takes no VM with it. Thread-safe.
 */
final class Landings {
  private static final Logger LOG = LoggerFactory.getLogger(Landings.class);
  private static final Pattern LISTENS = Pattern.compile("listening on AF=\\d+ .*:(\\d+)");
  private static final Pattern ADDRESS = Pattern.compile("([0-9]{1,3}(\\.[0-9]{1,3}){3})?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int POLL_MILLIS = 10;

  private final HostSettings settings;
  private final Map<String, String> environment;

  Landings(HostSettings settings) {
    this(settings, Map.of());
  }

  /**
   * Makes places.
   *
   * @param environment what the programs find in their environment beside ours, or instead
   */
  Landings(HostSettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Starts a receiver of xl's, which leaves the VM paused.
   *
   * @param source the name of the host that it comes from
   * @param from its address
   */
  VmHost.Landing forXl(String source, String from) throws IOException {
    if (!ADDRESS.matcher(from).matches() || !NAME.matcher(source).matches()) {
      throw new IOException("host=%s address=%s cannot be one".formatted(source, from));
    }
    Files.createDirectories(settings.runFolder());
    Path log = Files.createTempFile(settings.runFolder(), "landing-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "setsid",
                "socat",
                "-d",
                "-d",
                "-b",
                "262144",
                settings.streams().listener(from, source, settings.arrival().toSeconds()),
                "EXEC:xl migrate-receive -p")
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    Object unused =
        process
            .onExit()
            .thenRun(
                () -> {
                  if (!log.toFile().delete()) {
                    LOG.debug("{} is left", log);
                  }
                });
    long deadline = System.nanoTime() + settings.command().toNanos();
    try {
      while (true) {
        Matcher listens = LISTENS.matcher(Files.readString(log));
        if (listens.find()) {
          return new VmHost.Landing(settings.address() + ":" + listens.group(1), "");
        }
        if (!process.isAlive() || System.nanoTime() > deadline) {
          process.destroy();
          throw new IOException("no VM can land here: " + Files.readString(log).strip());
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a landing was made", e);
    }
  }

  /** Says where libvirt's own receiver is to listen; its libvirtd starts it. */
  VmHost.Landing forLibvirt() throws IOException {
    String uri =
        settings
            .libvirtPeerUri()
            .orElseThrow(() -> new IOException("no VM of libvirt's can land here: it is not used"));
    try (ServerSocket free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(new InetSocketAddress(0));
      return new VmHost.Landing(settings.address() + ":" + free.getLocalPort(), uri);
    }
  }
}
