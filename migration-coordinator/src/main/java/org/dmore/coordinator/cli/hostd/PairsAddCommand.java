package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.store.record.PairRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore pairs add}. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Make a pair known, or change what is known of it. Its console is attached from",
      "now on, wherever both VMs are.",
      ""
    },
    footer = {
      "",
      "Example: dmore pairs add web1 --domu web1 --domr web1-console --console 10.0.0.9:5900",
      "",
      "A console VM that serves several (dmore.guests=NAME,NAME on its kernel's command line)",
      "is given them in the same order; they move together, and dmore console PAIR/GUEST opens",
      "the one or the other:",
      "  dmore pairs add shop --domu web1 --domu db1 --domr shop-console --console 10.0.0.9:5900",
      ExitStatus.HELP
    })
final class PairsAddCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "NAME", description = "The pair's name.")
  private String name;

  @Option(
      names = "--domu",
      paramLabel = "NAME",
      required = true,
      description =
          "The user VM, as libvirt or xl calls it; once for each, if its console VM serves"
              + " several.")
  private List<String> domUs;

  @Option(names = "--domr", paramLabel = "NAME", required = true, description = "Its console VM.")
  private String domR;

  @Option(
      names = "--console",
      paramLabel = "HOST:PORT",
      required = true,
      description =
          "Where viewers connect, wherever the pair is; of several user VMs to the first, and to"
              + " the others at the ports after it.")
  private String console;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "A label, for you; as often as you like.")
  private List<String> labels = List.of();

  @Option(
      names = "--affinity",
      paramLabel = "NAME=VALUE",
      description = "A label that its host must have; as often as you like.")
  private List<String> affinity = List.of();

  PairsAddCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PairRecord pair = record();
    try (Hostd hostd = options.open(workplace)) {
      PairStatus status = hostd.ask(plane -> plane.definePair(pair));
      if (options.json()) {
        options.lines().tell("pair", Details.details(status));
      } else {
        options.print("pair=%s is known, on host=%s".formatted(name, status.pair().host()));
      }
      return ExitStatus.DONE.code();
    }
  }

  private PairRecord record() {
    try {
      NetworkAddress unused = NetworkAddress.parse(console);
      Map<String, String> own = Labels.of(labels);
      // The host is where both VMs are: hostd finds out.
      List<String> others = domUs.subList(1, domUs.size());
      return new PairRecord(
          name, domUs.get(0), domR, "", console, own, Labels.of(affinity), others);
    } catch (IllegalArgumentException e) {
      throw options.wrong(e.getMessage());
    }
  }
}
