package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.util.List;
import org.dmore.benchmarks.lab.machine.LabMachine;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.coordinator.image.FileTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dmore lab down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "End a lab: its hosts, its network and its folder.")
final class DownCommand extends LabSubcommand {
  @Option(names = "--keep-logs", description = "Leave the folder with the logs.")
  private boolean keepLogs;

  @Option(names = "--purge", description = "Remove packages and images too, for all labs.")
  private boolean purge;

  @Override
  int run(LabPlace place) throws Exception {
    LabMachine machine = new LabMachine(place);
    if (machine.exists()) {
      machine.exclusively(() -> end(place, machine));
      out().println("lab=" + place.name() + " is down");
    } else {
      out().println("lab=" + place.name() + " is not there");
    }
    if (purge) {
      FileTree.delete(place.cache());
      out().println("cache=" + place.cache() + " is removed");
    }
    return 0;
  }

  private int end(LabPlace place, LabMachine machine) throws IOException, InterruptedException {
    List<Long> strangers = keepLogs ? machine.stop() : machine.remove();
    for (long pid : strangers) {
      err()
          .println(
              "dmore: pid=%d is in namespace=%s and not the lab's: it is left alone"
                  .formatted(pid, place.namespace()));
    }
    return 0;
  }
}
