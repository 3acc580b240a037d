package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.CommandResult;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.GuestPair;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.machine.LabMachine;
import org.dmore.benchmarks.lab.machine.LabNetwork;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.benchmarks.lab.machine.LabState;
import org.dmore.benchmarks.lab.machine.OwnProcess;
import picocli.CommandLine.Command;

/** {@code dmore lab status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show a lab's hosts, domains, addresses and memory.")
final class StatusCommand extends LabSubcommand {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");
  private static final int KIB_PER_MIB = 1024;

  @Override
  int run(LabPlace place) throws Exception {
    LabMachine machine = new LabMachine(place);
    Optional<LabState> state = machine.state();
    if (state.isEmpty()) {
      out().println("lab=" + place.name() + " is not up: dmore lab up" + nameOption(place));
      return 1;
    }
    if (!isInside()) {
      return machine.network().exists() ? runInside(place) : show(place, state.get());
    }
    return show(place, state.get());
  }

  private int show(LabPlace place, LabState state) throws IOException {
    out().println("lab      " + place.name());
    out()
        .println(
            "network  namespace=%s address=%s".formatted(place.namespace(), LabNetwork.ADDRESS));
    out().println("folder   " + place.work());
    boolean well = true;
    Lab lab = new Lab(place.name(), place.work(), state.hosts());
    for (Dom0 host : lab.hosts()) {
      Optional<OwnProcess> emulator = Optional.ofNullable(state.emulators().get(host.number()));
      if (emulator.isPresent() && emulator.get().isAlive()) {
        well &= showRunning(host, emulator.get());
      } else {
        well = false;
        out()
            .println(
                "host %d   does not run: see %s"
                    .formatted(host.number(), place.host(host.number()).resolve("qemu.log")));
      }
    }
    InetSocketAddress console = lab.console();
    out()
        .println(
            "console  %s:%d %s"
                .formatted(
                    console.getAddress().getHostAddress(),
                    console.getPort(),
                    GuestPair.accepts(console)
                        ? "listens: ip netns exec %s vncviewer %s::%d"
                            .formatted(
                                place.namespace(),
                                console.getAddress().getHostAddress(),
                                console.getPort())
                        : "does not listen"));
    return well ? 0 : 1;
  }

  private boolean showRunning(Dom0 host, OwnProcess emulator) throws IOException {
    out()
        .println(
            "host %d   address=%s pid=%d memory=%d MiB"
                .formatted(
                    host.number(), host.address(), emulator.pid(), resident(emulator.pid())));
    try {
      CommandResult domains = host.run(PATIENCE, "xl list");
      domains.out().lines().forEach(line -> out().println("         " + line));
      return domains.succeeded();
    } catch (LabException e) {
      out().println("         " + e.getMessage());
      return false;
    }
  }

  private static long resident(long pid) throws IOException {
    Matcher memory = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
    return memory.find() ? Long.parseLong(memory.group(1)) / KIB_PER_MIB : 0;
  }
}
