package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore console revoke}. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Take ways into a pair's console back; sessions that they opened are ended.",
      ""
    },
    footer = {"", ExitStatus.HELP})
final class ConsoleRevokeCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "PAIR", description = "The pair's name.")
  private String pair;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One, or many. */
  private static final class Which {
    @Option(names = "--id", paramLabel = "ID", description = "The token's or password's id.")
    private String id;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Many many;
  }

  /** A user's all, or all that are older, or both. */
  private static final class Many {
    @Option(names = "--user", paramLabel = "NAME", description = "All that this user was given.")
    private String user;

    @Option(
        names = "--issued-before",
        paramLabel = "TIME",
        description =
            "As 2026-11-28T12:00:00Z, or now: all that were issued before; with --user, now if not"
                + " given.")
    private String before;

    Map<String, String> selection() {
      Map<String, String> selection = new LinkedHashMap<>();
      if (user != null) {
        selection.put("user", user);
      }
      if (before != null) {
        selection.put("before", before.equals("now") ? Instant.now().toString() : before);
      }
      return selection;
    }
  }

  ConsoleRevokeCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> selection =
        which.id != null ? Map.of("id", which.id) : which.many.selection();
    try (Hostd hostd = options.open(workplace)) {
      hostd.tell(plane -> plane.revokeAccess(pair, selection));
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("pair", pair);
    details.putAll(selection);
    options.lines().tell("revoked", details);
    return ExitStatus.DONE.code();
  }
}
