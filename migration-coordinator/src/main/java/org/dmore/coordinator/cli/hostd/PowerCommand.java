package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmore.coordinator.cli.ExitStatus;
import org.dmore.coordinator.host.PowerAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dmore power}. */
@Command(
    name = "power",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Shut a pair's user VM down, reboot it, or reset it.", ""},
    footer = {"", "Example: dmore power web1 reboot", ExitStatus.HELP})
final class PowerCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Mixin private HostdOptions options;

  @Parameters(
      index = "0",
      paramLabel = GuestName.LABEL,
      description = "The pair's name, and whose of its user VMs, if it has several.")
  private String pair;

  @Parameters(
      index = "1",
      paramLabel = "ACTION",
      description = "shutdown and reboot ask the VM; reset does not ask.")
  private PowerAction action;

  PowerCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Hostd hostd = options.open(workplace)) {
      GuestName vm = GuestName.parse(pair);
      hostd.tell(plane -> plane.power(vm.pair(), vm.guest(), action));
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("pair", pair);
      details.put("action", Wording.name(action));
      options.lines().tell("power", details);
      return ExitStatus.DONE.code();
    }
  }
}
