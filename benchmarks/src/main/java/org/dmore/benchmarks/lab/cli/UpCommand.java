package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.image.HostImage;
import org.dmore.benchmarks.lab.image.LabImages;
import org.dmore.benchmarks.lab.machine.LabMachine;
import org.dmore.benchmarks.lab.machine.LabPlace;
import org.dmore.benchmarks.lab.machine.LabState;
import org.dmore.benchmarks.lab.machine.Requirements;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/**
 * {@code dmore lab up}. Images are made and hosts started outside the lab's network; a second JVM
 * inside it waits for the hosts and starts the guests.
 */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Start the hosts, a DomR and a DomU; needs root, and a minute or two.")
final class UpCommand extends LabSubcommand {
  private static final int MAX_HOSTS = 2;
  private static final Duration BOOT = Duration.ofMinutes(5);

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "2",
      description = "Hosts to start, 1 or 2 (default: ${DEFAULT-VALUE}); each takes 3 GiB.")
  private int hosts;

  @Option(names = "--no-guests", description = "Start the hosts alone.")
  private boolean noGuests;

  @Option(
      names = "--keep",
      description = "Where something does not start, leave the rest running to look at it.")
  private boolean keep;

  @Option(names = "--begin", hidden = true)
  private long begin;

  @Override
  int run(LabPlace place) throws Exception {
    if (hosts < 1 || hosts > MAX_HOSTS) {
      throw wrong("--hosts=" + hosts + " is not 1 or 2");
    }
    long start = isInside() ? begin : System.currentTimeMillis();
    try (Steps steps = new Steps(out(), start, Help.Ansi.AUTO.enabled())) {
      return isInside() ? startGuests(place, steps) : startHosts(place, steps, start);
    }
  }

  private int startHosts(LabPlace place, Steps steps, long start)
      throws IOException, InterruptedException {
    LabMachine machine = new LabMachine(place);
    if (machine.isUp()) {
      LabState state = machine.state().orElseThrow();
      if (state.hosts() >= hosts && (state.guests() || noGuests)) {
        steps.step("lab=" + place.name() + " is up already: dmore lab status");
        return 0;
      }
      throw new LabException(
          "lab=%s is up with hosts=%d guests=%s: dmore lab down%s first"
              .formatted(place.name(), state.hosts(), state.guests(), nameOption(place)));
    }
    List<String> missing = Requirements.ofThisMachine().missing(hosts);
    if (!missing.isEmpty()) {
      err().println("dmore: the lab cannot run here:");
      missing.forEach(line -> err().println("  " + line));
      return 1;
    }
    return machine.exclusively(() -> startAll(place, machine, steps, start));
  }

  private int startAll(LabPlace place, LabMachine machine, Steps steps, long start)
      throws IOException, InterruptedException {
    if (machine.exists()) {
      steps.step("cleaning up after an earlier lab of this name");
      machine.remove();
    }
    // Ctrl-C, too, leaves no half a lab.
    Thread undo = new Thread(() -> stop(machine), "undo");
    if (!keep) {
      Runtime.getRuntime().addShutdownHook(undo);
    }
    makeImagesAndHosts(place, machine, steps);
    int status = waitInside(place, start);
    if (status == 0 && !keep) {
      Runtime.getRuntime().removeShutdownHook(undo);
    }
    return status;
  }

  private void makeImagesAndHosts(LabPlace place, LabMachine machine, Steps steps)
      throws IOException, InterruptedException {
    steps.step("looking for Debian's packages");
    LabImages images = new LabImages(place.files(), place.cache(), steps);
    HostImage image = images.host();
    machine.prepare(hosts, !noGuests);
    for (int host = 1; host <= hosts; host++) {
      steps.step("starting host " + host);
      machine.startHost(host, image.xen(), image.kernel(), image.initramfs());
    }
    // While the hosts boot.
    machine.share(images.dmore(), "dmore");
    machine.share(images.guestKernel(), "guest/kernel");
    machine.share(images.domu(), "guest/domu.initrd");
    machine.share(images.domr().resolve("kernel"), "guest/domr.kernel");
    machine.share(images.domr().resolve("initrd"), "guest/domr.initrd");
    machine.share(images.guestConfigurations(), "guest");
    machine.share(images.qemu(), "qemu.cpio");
  }

  private int waitInside(LabPlace place, long start) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("--begin", Long.toString(start)));
    options.addAll(List.of("--hosts", Integer.toString(hosts)));
    if (noGuests) {
      options.add("--no-guests");
    }
    return runInside(place, options.toArray(String[]::new));
  }

  private int startGuests(LabPlace place, Steps steps) throws IOException, InterruptedException {
    Lab lab = lab(place);
    for (Dom0 host : lab.hosts()) {
      steps.step("waiting for host " + host.number() + " to boot");
      host.awaitBoot(BOOT, () -> lab(place));
    }
    if (!noGuests) {
      steps.step("starting DomR and DomU on host 1");
      lab.pair().start(lab.host(1));
    }
    steps.step("lab=" + place.name() + " is up");
    return 0;
  }

  private static void stop(LabMachine machine) {
    try {
      machine.stop();
    } catch (IOException e) {
      System.err.println("dmore: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
