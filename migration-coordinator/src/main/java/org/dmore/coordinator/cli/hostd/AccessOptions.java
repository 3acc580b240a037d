package org.dmore.coordinator.cli.hostd;

import java.time.Duration;
import java.util.OptionalInt;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Option;

/** What a way into a console is to be like; a picocli mixin. */
final class AccessOptions {
  @Option(
      names = "--token",
      description =
          "A signed token instead of a password: for browsers, and viewers that speak VeNCrypt.")
  private boolean token;

  @Option(
      names = "--right",
      paramLabel = "RIGHT",
      defaultValue = "control",
      description = "view, control, or power (default: ${DEFAULT-VALUE}).")
  private String right;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      defaultValue = "5m",
      converter = DurationConverter.class,
      description = "How long it opens the console (default: ${DEFAULT-VALUE}).")
  private Duration time;

  @Option(
      names = "--uses",
      paramLabel = "NUMBER",
      description = "How often it opens the console; once if not given, any number for a token.")
  private Integer uses;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "",
      description = "For whom, as other viewers and the audit will see it.")
  private String user;

  /**
   * The request for a console.
   *
   * @throws IllegalArgumentException if there is no such right
   */
  ConsoleRequest request(GuestName console) {
    OptionalInt times =
        uses == null ? (token ? OptionalInt.empty() : OptionalInt.of(1)) : OptionalInt.of(uses);
    if (times.isPresent() && times.getAsInt() < 1) {
      throw new IllegalArgumentException("uses=" + uses + " must be 1 or more");
    }
    ConsoleRequest.Kind kind = token ? ConsoleRequest.Kind.TOKEN : ConsoleRequest.Kind.PASSWORD;
    return new ConsoleRequest(
        console.pair(), kind, ConsoleRight.parse(right), time, times, user, console.guest());
  }
}
