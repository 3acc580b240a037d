package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.cli.vnc.VncConsole;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Option;

/** Whose screen and keyboard: a pair's, or any VNC server's; a picocli mixin. */
final class ScreenOptions {
  /** The password is used at once. */
  private static final Duration LIFETIME = Duration.ofMinutes(1);

  @Option(
      names = "--vnc",
      paramLabel = "HOST:PORT",
      description = "Any VNC server, instead of a pair.")
  private String server;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "With --vnc: a file whose first line is the password.")
  private Path passwordFile;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "20s",
      converter = DurationConverter.class,
      description = "How long the VNC server may take to answer (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  /**
   * The parameters without the pair's name, if that is among them.
   *
   * @param least how many there must be besides
   */
  List<String> rest(List<String> words, int least, HostdOptions options) {
    int before = server == null ? 1 : 0;
    if (words.size() < before + least) {
      throw options.wrong(
          server == null
              ? "Missing parameters: the pair (or --vnc), and what to do"
              : "Missing parameters: with --vnc what to do, and no pair");
    }
    return words.subList(before, words.size());
  }

  /**
   * Connects.
   *
   * @param words the parameters, the pair's name first
   * @param right what is needed of a pair's console
   */
  VncConsole open(Workplace workplace, HostdOptions options, List<String> words, ConsoleRight right)
      throws IOException, InterruptedException {
    if (server != null) {
      NetworkAddress address;
      try {
        address = NetworkAddress.parse(server);
      } catch (IllegalArgumentException e) {
        throw options.wrong("--vnc: " + e.getMessage());
      }
      return VncConsole.open(address.host(), address.port(), password(), patience);
    }
    if (passwordFile != null) {
      throw options.wrong("--password-file goes with --vnc: a pair's password is made for you");
    }
    GuestName console = GuestName.parse(words.get(0));
    ConsoleRequest request =
        new ConsoleRequest(
            console.pair(),
            ConsoleRequest.Kind.PASSWORD,
            right,
            LIFETIME,
            OptionalInt.of(1),
            "",
            console.guest());
    ConsoleAccess access;
    try (Hostd hostd = options.open(workplace)) {
      access = hostd.ask(plane -> plane.openConsole(request));
    }
    NetworkAddress address = ConsoleCommand.addressOf(access);
    return VncConsole.open(address.host(), address.port(), Optional.of(access.secret()), patience);
  }

  private Optional<String> password() throws IOException {
    if (passwordFile == null) {
      return Optional.empty();
    }
    try {
      return Files.readAllLines(passwordFile).stream().findFirst();
    } catch (IOException e) {
      throw new IOException("password-file=" + passwordFile + " cannot be read: " + e, e);
    }
  }
}
