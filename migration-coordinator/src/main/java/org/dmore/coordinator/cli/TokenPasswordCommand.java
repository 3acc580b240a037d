package org.dmore.coordinator.cli;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.token.OneTimePassword;
import org.dmore.vdev.access.ConsoleRight;
import org.dmore.vdev.service.ControlMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore token password}. */
@Command(
    name = "password",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Hand a new one-time password to a console VM on this host, and print it: for viewers",
      "that take 8 characters and no more.",
      ""
    })
final class TokenPasswordCommand implements Callable<Integer> {
  private final Dom0.Source source;
  private final SecureRandom random = new SecureRandom();

  @Spec private CommandSpec spec;

  @Mixin private ConsoleVmOptions console;

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
      description = "How long it opens the console, 1h at most (default: ${DEFAULT-VALUE}).")
  private Duration time;

  @Option(
      names = "--uses",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "How often it opens the console, 100 at most (default: ${DEFAULT-VALUE}).")
  private int uses;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "",
      description = "For whom, for audits and to revoke all that NAME was given.")
  private String user;

  @Option(names = "--json", description = "Print a JSON object, with the password's id.")
  private boolean json;

  TokenPasswordCommand(Dom0.Source source) {
    this.source = source;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String password = OneTimePassword.random(random);
    String id = "otp-" + Long.toHexString(random.nextLong());
    Map<String, String> arguments =
        Map.of(
            "id",
            id,
            ControlMessage.PASSWORD,
            password,
            "right",
            ConsoleRight.parse(right).text(),
            "uses",
            Integer.toString(uses),
            "seconds",
            Long.toString(Math.max(1, time.toSeconds())),
            "user",
            user);
    ControlMessage unused = console.send(source, ControlMessage.ONE_TIME, arguments);
    if (json) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("id", id);
      details.put("right", right);
      details.put("seconds", time.toSeconds());
      details.put("uses", uses);
      details.put("password", password);
      new Lines(spec.commandLine().getOut(), true).tell("password", details);
    } else {
      spec.commandLine().getOut().println(password);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
