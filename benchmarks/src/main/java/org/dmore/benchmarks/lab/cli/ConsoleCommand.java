package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.machine.LabPlace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dmore lab console}. */
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    description = "A shell in a host's dom0, or a guest's console log.",
    footer = {
      "",
      "  dmore lab console 1              a shell; Ctrl-] leaves it",
      "  dmore lab console 1 xl list -l   one command, with its exit status",
      "  dmore lab console 1 < script     a script",
      "  dmore lab console domu           what the guest writes to hvc0; Ctrl-C ends"
    })
final class ConsoleCommand extends LabSubcommand {
  private static final Map<String, Integer> HOSTS = Map.of("1", 1, "2", 2, "host1", 1, "host2", 2);
  private static final List<String> GUESTS = List.of("domr", "domu");
  private static final Duration LIMIT = Duration.ofHours(1);

  @Parameters(index = "0", paramLabel = "WHERE", description = "1 or 2 for a host, domr or domu.")
  private String where;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "Run in dom0 instead of a shell.")
  private List<String> command = new ArrayList<>();

  @Override
  int run(LabPlace place) throws Exception {
    if (!command.isEmpty() && command.get(0).equals("--")) {
      command.remove(0);
    }
    if (GUESTS.contains(where)) {
      if (!command.isEmpty()) {
        throw wrong("a command runs in a host's dom0, not in " + where);
      }
      Lab lab = lab(place);
      new GuestLogFollower(lab.hosts(), where, out()).run();
      return 0;
    }
    Integer host = HOSTS.get(where);
    if (host == null) {
      throw wrong("'" + where + "' is neither 1, 2, domr nor domu");
    }
    Lab lab = lab(place);
    Dom0 dom0 = lab.host(host);
    if (!isInside()) {
      List<String> arguments = new ArrayList<>(List.of(where));
      arguments.addAll(command);
      return runInside(place, arguments.toArray(String[]::new));
    }
    if (!command.isEmpty()) {
      return script(dom0, String.join(" ", command));
    }
    if (isTerminal()) {
      new DomShell(dom0).run();
      return 0;
    }
    return script(dom0, new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
  }

  /** Whether standard input is a terminal; System.console() wants standard output to be one too. */
  private static boolean isTerminal() throws IOException {
    String input = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
    return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty");
  }

  private int script(Dom0 dom0, String script) throws IOException {
    CommandResult result = dom0.run(LIMIT, script);
    out().print(result.out());
    out().flush();
    err().print(result.err());
    err().flush();
    return result.status();
  }
}
