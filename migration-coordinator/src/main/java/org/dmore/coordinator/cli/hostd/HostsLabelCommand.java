package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.HostStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dmore hosts label}. */
@Command(
    name = "label",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Change a host's labels, or how many VMs it may have.", ""},
    footer = {"", "Example: dmore hosts label alpha rack=3 ssd- --max-vms 40", ExitStatus.HELP})
final class HostsLabelCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(index = "0", paramLabel = "HOST", description = "The host.")
  private String host;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "LABEL",
      description = "NAME=VALUE sets a label, NAME- takes it away.")
  private List<String> changes = List.of();

  @Option(
      names = "--max-vms",
      paramLabel = "NUMBER",
      description = "How many VMs it may have, consoles' VMs counted.")
  private Integer maxVms;

  HostsLabelCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (changes.isEmpty() && maxVms == null) {
      throw options.wrong("Nothing to change: give labels, or --max-vms");
    }
    if (maxVms != null && maxVms < 1) {
      throw options.wrong("--max-vms=" + maxVms + " must be 1 or more");
    }
    checkLabels(Map.of());
    try (Hostd hostd = options.open(workplace)) {
      Optional<Map<String, String>> labels = Optional.empty();
      if (!changes.isEmpty()) {
        labels = Optional.of(checkLabels(find(hostd).host().labels()));
      }
      HostEdit edit =
          new HostEdit(labels, maxVms == null ? OptionalInt.empty() : OptionalInt.of(maxVms));
      HostStatus after = hostd.ask(plane -> plane.editHost(host, edit));
      if (options.json()) {
        options.lines().tell("host", Details.details(after));
      } else {
        options.print(
            "host=%s labels=%s max-vms=%d"
                .formatted(host, Wording.labels(after.host().labels()), after.host().maxVms()));
      }
      return ExitStatus.DONE.code();
    }
  }

  private Map<String, String> checkLabels(Map<String, String> before) {
    try {
      return Labels.changed(before, changes);
    } catch (IllegalArgumentException e) {
      throw options.wrong(e.getMessage());
    }
  }

  private HostStatus find(Hostd hostd) throws ControlException, InterruptedException {
    List<HostStatus> hosts = hostd.ask(ControlPlane::hosts);
    return hosts.stream()
        .filter(status -> status.host().name().equals(host))
        .findFirst()
        .orElseThrow(
            () ->
                new ControlException(
                    ControlException.Reason.NOT_FOUND,
                    "no host=%s: there are %s"
                        .formatted(
                            host, hosts.stream().map(status -> status.host().name()).toList())));
  }
}
