package org.dmore.coordinator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.dmore.coordinator.token.IssuedToken;
import org.dmore.coordinator.token.IssuerKeyFile;
import org.dmore.coordinator.token.TokenRequest;
import org.dmore.vdev.access.ConsoleRight;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore token issue}. */
@Command(
    name = "issue",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Print a token. It opens the console in a browser, as https://CONSOLE:PORT/#token=TOKEN,",
      "or as the password of the user token in a viewer that speaks VeNCrypt.",
      ""
    })
final class TokenIssueCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The issuer's key: see dmore token keygen.")
  private Path key;

  @Option(
      names = "--vm",
      paramLabel = "NAME",
      required = true,
      description = "The VM, as its console's dmore.vm or dmore.name calls it.")
  private String vm;

  @Option(
      names = "--right",
      paramLabel = "RIGHT",
      defaultValue = "control",
      description = "view, control, or power (default: ${DEFAULT-VALUE}).")
  private String right;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      defaultValue = "10m",
      converter = DurationConverter.class,
      description = "How long it opens the console, 24h at most (default: ${DEFAULT-VALUE}).")
  private Duration time;

  @Option(
      names = "--uses",
      paramLabel = "NUMBER",
      description = "How often it opens the console; 1 for once. Any number if not given.")
  private Integer uses;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "",
      description = "For whom, as other viewers and the audit will see it.")
  private String user;

  @Option(names = "--json", description = "Print a JSON object, with the token's id and end.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    TokenRequest request =
        new TokenRequest(
            vm,
            ConsoleRight.parse(right),
            time,
            uses == null ? OptionalInt.empty() : OptionalInt.of(uses),
            user);
    IssuedToken token = IssuerKeyFile.read(key, Clock.systemUTC()).issue(request);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("id", token.id());
      details.put("vm", vm);
      details.put("right", right);
      details.put("expires", token.expires().toString());
      details.put("token", token.text());
      new Lines(out, true).tell("token", details);
    } else {
      out.println(token.text());
      out.flush();
    }
    return 0;
  }
}
