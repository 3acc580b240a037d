package org.dmore.coordinator.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.token.IssuerKeyFile;
import org.dmore.coordinator.token.TokenIssuer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dmore token keygen}. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Make an issuer's key, in a file that is its owner's alone, and print its public part:",
      "consoles know it by dmore.token-keys=PUBLIC in their settings, or by",
      "dmore consoled --domr NAME token-keys keys=PUBLIC.",
      ""
    })
final class TokenKeygenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the key goes; must not be there yet.")
  private Path file;

  @Option(
      names = "--issuer",
      paramLabel = "NAME",
      defaultValue = "dmore",
      description = "Who issues with it: letters, digits, . _ / - (default: ${DEFAULT-VALUE}).")
  private String issuer;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    TokenIssuer made = IssuerKeyFile.make(file, issuer, Clock.systemUTC());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("file", file.toString());
    details.put("id", made.publicKey().id());
    details.put("public", made.publicKey().format());
    new Lines(spec.commandLine().getOut(), json).tell("key", details);
    return 0;
  }
}
