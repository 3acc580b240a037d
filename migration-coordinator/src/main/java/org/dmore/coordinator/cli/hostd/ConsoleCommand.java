package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.cli.vnc.VncPasswordFile;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore console}. */
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Make a way into a pair's console.",
      "Prints where to connect and a fresh one-time password, or starts a viewer there.",
      ""
    },
    footer = {
      "",
      "Example: dmore console web1 --open",
      "With --open the status is 0 if the viewer's was.",
      ExitStatus.HELP
    })
final class ConsoleCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;
  @Mixin private AccessOptions access;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = GuestName.LABEL,
      description = "The pair's name, and whose of its user VMs, if it has several.")
  private String pair;

  @Option(
      names = "--open",
      description =
          "Start a viewer. One of the vncviewer kind gets the password in a file, never on its"
              + " command line; for others it is printed.")
  private boolean open;

  @Option(
      names = "--viewer",
      paramLabel = "COMMAND",
      description =
          "Which, instead of the first that is installed of vncviewer, xtigervncviewer,"
              + " gvncviewer, remote-viewer.")
  private String viewer;

  private ConsoleCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /** The command with the one below it. */
  static CommandLine with(Workplace workplace) {
    return new CommandLine(new ConsoleCommand(workplace))
        .addSubcommand(new ConsoleRevokeCommand(workplace));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (pair == null) {
      throw options.wrong("Missing required parameter: 'PAIR'");
    }
    ConsoleRequest request;
    try {
      request = access.request(GuestName.parse(pair));
    } catch (IllegalArgumentException e) {
      throw options.wrong(e.getMessage());
    }
    Optional<ViewerProgram> program = program();
    ConsoleAccess made;
    try (Hostd hostd = options.open(workplace)) {
      made = hostd.ask(plane -> plane.openConsole(request));
    }
    NetworkAddress address = addressOf(made);
    boolean handedOver =
        program.isPresent()
            && program.get().takesPasswordFile()
            && made.kind() == ConsoleRequest.Kind.PASSWORD;
    tell(request, made, address, !handedOver);
    return program.isPresent()
        ? start(program.get(), address, handedOver ? Optional.of(made.secret()) : Optional.empty())
            .code()
        : ExitStatus.DONE.code();
  }

  private Optional<ViewerProgram> program() throws IOException {
    if (viewer != null) {
      try {
        return Optional.of(ViewerProgram.of(viewer));
      } catch (IllegalArgumentException e) {
        throw options.wrong(e.getMessage());
      }
    }
    return open ? Optional.of(ViewerProgram.find(workplace.searchPath())) : Optional.empty();
  }

  /** Where the console of an access is. */
  static NetworkAddress addressOf(ConsoleAccess access) throws IOException {
    try {
      return NetworkAddress.parse(access.address());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "nobody has said where this pair's console listens (\"%s\"): dmore pairs add, --console"
              .formatted(access.address()),
          e);
    }
  }

  private void tell(
      ConsoleRequest request, ConsoleAccess made, NetworkAddress address, boolean withSecret) {
    String kind = made.kind().name().toLowerCase(Locale.ROOT);
    if (options.json()) {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("pair", pair);
      details.put("address", made.address());
      details.put("id", made.id());
      details.put("right", request.right().text());
      details.put("expires", made.expires().toString());
      if (withSecret) {
        details.put(kind, made.secret());
      }
      options.lines().tell("access", details);
      return;
    }
    options.print("Connect   vncviewer " + address.bracketed() + "::" + address.port());
    if (withSecret) {
      options.print(
          (made.kind() == ConsoleRequest.Kind.TOKEN ? "Token     " : "Password  ") + made.secret());
    }
    options.print(
        "Good for  %s, %s, until %s"
            .formatted(
                request.right().text(),
                request.uses().isEmpty()
                    ? "any number of times"
                    : request.uses().getAsInt() == 1
                        ? "once"
                        : request.uses().getAsInt() + " times",
                Wording.time(made.expires())));
    options.print("Revoke    dmore console revoke %s --id %s".formatted(request.pair(), made.id()));
  }

  private ExitStatus start(ViewerProgram program, NetworkAddress address, Optional<String> password)
      throws IOException, InterruptedException {
    if (password.isEmpty()) {
      return run(program.arguments(address, Optional.empty()));
    }
    try (VncPasswordFile file = VncPasswordFile.write(password.get())) {
      return run(program.arguments(address, Optional.of(file.path())));
    }
  }

  private static ExitStatus run(List<String> arguments) throws IOException, InterruptedException {
    // Standard output is this command's, for whoever reads it.
    Process process =
        new ProcessBuilder(arguments)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return process.waitFor() == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
