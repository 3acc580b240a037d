package org.dmore.coordinator.cli.daemon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmore.coordinator.api.HostKeys;
import org.dmore.coordinator.api.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dmore hostd keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Make a key and a certificate for a host or a person, and an authority that vouches for them",
      "if the folder has none yet. Keep the authority's key, ca.key, off the hosts.",
      ""
    })
final class HostKeysCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "The host's or the person's name.")
  private String name;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the authority is, and NAME.key and NAME.pem are made.")
  private Path folder;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "host",
      description = "host, operator, or viewer (default: ${DEFAULT-VALUE}).")
  private String role;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "An address or DNS name of a host; may be given several times.")
  private List<String> addresses = List.of();

  @Override
  public Integer call() throws IOException {
    Role wanted =
        Role.of(role)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--role=" + role + " must be host, operator or viewer"));
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.exists(folder.resolve("ca.key"))) {
      out.println(HostKeys.makeAuthority(folder).authority());
    }
    try {
      HostKeys.KeyFiles files = HostKeys.issue(folder, name, wanted, addresses);
      out.println(files.key());
      out.println(files.certificate());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    out.flush();
    return 0;
  }
}
