package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.cli.Lines;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which {@code hostd} is asked, and how its answers are printed; a picocli mixin. */
final class HostdOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--hostd",
      paramLabel = "ADDRESS",
      defaultValue = "${env:DMORE_HOSTD:-unix:/run/dmore/hostd.sock}",
      description =
          "Who is asked: unix:/PATH or https://HOST:PORT (default: $$DMORE_HOSTD, or else"
              + " unix:/run/dmore/hostd.sock).")
  private String address;

  @Option(names = "--cert", paramLabel = "FILE", description = "Your certificate, PEM; with https.")
  private Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Its key, PEM; with https.")
  private Path key;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates that vouch for hosts, PEM; with https.")
  private Path authority;

  @Option(
      names = "--call-timeout",
      paramLabel = "DURATION",
      defaultValue = "${env:DMORE_CALL_TIMEOUT:-30s}",
      converter = DurationConverter.class,
      description =
          "How long hostd may take to answer a call (default: $$DMORE_CALL_TIMEOUT, or else 30s).")
  private Duration callTimeout;

  @Option(names = "--json", description = "Print JSON, an object a line.")
  private boolean json;

  /** Opens the way. */
  Hostd open(Workplace workplace) throws IOException {
    HostdAddress parsed;
    try {
      parsed =
          HostdAddress.of(
              address,
              Optional.ofNullable(certificate),
              Optional.ofNullable(key),
              Optional.ofNullable(authority));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    return workplace.source().open(parsed, callTimeout);
  }

  /** Whether programs read what is printed. */
  boolean json() {
    return json;
  }

  /** Where lines go. */
  Lines lines() {
    return new Lines(command.commandLine().getOut(), json);
  }

  /** Where a text for people goes. */
  void print(String text) {
    command.commandLine().getOut().println(text);
    command.commandLine().getOut().flush();
  }

  /** What is wrong with the command line. */
  ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
