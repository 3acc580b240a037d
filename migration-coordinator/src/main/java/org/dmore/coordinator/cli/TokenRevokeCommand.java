package org.dmore.coordinator.cli;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.vdev.service.ControlMessage;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dmore token revoke}. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Have a console VM on this host take a token or a one-time password no more, or all",
      "that were issued before a time, to one user or to anybody; the sessions that they",
      "opened are ended.",
      ""
    })
final class TokenRevokeCommand implements Callable<Integer> {
  private final Dom0.Source source;

  @Spec private CommandSpec spec;

  @Mixin private ConsoleVmOptions console;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One, or many. */
  static final class Which {
    @Option(names = "--id", paramLabel = "ID", description = "The token's or password's id.")
    private String id;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Many many;
  }

  /** A user's all, or all that are older, or both. */
  static final class Many {
    @Option(names = "--user", paramLabel = "NAME", description = "All that this user was given.")
    private String user;

    @Option(
        names = "--issued-before",
        paramLabel = "TIME",
        description =
            "As 2026-11-28T12:00:00Z, or now: all that were issued before; with --user, now if not"
                + " given.")
    private String before = "now";
  }

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  TokenRevokeCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> arguments = new LinkedHashMap<>();
    if (which.id != null) {
      arguments.put("id", which.id);
    } else {
      arguments.put("before", seconds(which.many.before));
      if (which.many.user != null) {
        arguments.put("user", which.many.user);
      }
    }
    ControlMessage answer = console.send(source, ControlMessage.REVOKE, arguments);
    ConsoledCommand.tell(new Lines(spec.commandLine().getOut(), json), "revoked", answer);
    return 0;
  }

  /** In whole seconds since 1970, those of this very second included for now. */
  private String seconds(String time) {
    try {
      Instant before =
          time.equals("now") ? Clock.systemUTC().instant().plusSeconds(1) : Instant.parse(time);
      return Long.toString(before.getEpochSecond());
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--issued-before=" + time + " is neither now nor a time as 2026-11-28T12:00:00Z",
          e);
    }
  }
}
