package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.Lab;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.benchmarks.lab.LogFile;

/**
 * The domains that the ports' contracts run in, besides dom0: the one under test, its peer, and a
 * puppet that is paused for all its life. Closing ends them, and the jobs in dom0. For one thread.
 */
final class ContractGuests implements AutoCloseable {
  /** The domain under test. */
  static final String TESTER = "contract-tester";

  /** Another unprivileged domain, which is asked over the network. */
  static final String PEER = "contract-peer";

  private static final String PUPPET = "contract-puppet";

  /** How the names of jobs in dom0 begin. */
  static final String JOBS = "contract-";

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration BOOT = Duration.ofMinutes(4);
  private static final Pattern READY = Pattern.compile("(?m)^GUEST ready ");
  private static final Pattern COMPLAINT =
      Pattern.compile("BUG:|kernel BUG|Oops|Call Trace|Out of memory|invoked oom-killer");

  private final Lab lab;
  private final Dom0 host;
  private final List<Running> running = new ArrayList<>();

  ContractGuests(Lab lab, Dom0 host) {
    this.lab = lab;
    this.host = host;
  }

  /**
   * A guest with a shell at hvc0.
   *
   * @param address on the lab's network
   * @param mark where its log began when it was created
   */
  record Running(Guest guest, String address, LogFile log, long mark) {}

  /** Ends the guests and what runs in dom0, of an earlier run too that was cut off. */
  void clean() throws LabException {
    host.run(
        SOON,
        """
        for job in /run/job-%s*; do
          [ -e $job/status ] || kill -KILL -$(cat $job/pid)
          rm -rf $job
        done 2> /dev/null
        """
            .formatted(JOBS));
    for (String name : List.of(TESTER, PEER, PUPPET)) {
      lab.guest(name).destroy(host);
    }
  }

  /**
   * Creates the puppet from the configuration of the lab's guest.
   *
   * @return its domain's number
   */
  int createPuppet() throws LabException {
    Guest puppet = lab.guest(PUPPET);
    host.check(
        "sed 's/^name=.*/name=\"%s\"/' %s > %s"
            .formatted(PUPPET, lab.domu().configuration(), puppet.configuration()));
    return puppet.createPaused(host);
  }

  /**
   * Creates a guest with Java and the contracts; it boots by itself.
   *
   * @param initramfs as dom0 sees it
   * @param hostPart the last part of its address
   */
  Running create(String name, int hostPart, Path initramfs) throws IOException {
    Guest guest = lab.guest(name);
    LogFile log = guest.log(host);
    long mark = log.size();
    String address = "10.77.0." + hostPart;
    String configuration =
        """
        name="%s"
        type="pvh"
        tsc_mode="native"
        kernel="/lab/guest/kernel"
        ramdisk="%s"
        memory=320
        vcpus=1
        extra="console=hvc0 quiet rootfstype=ramfs mitigations=off nopti contract.address=%s/24"
        on_crash="preserve"
        vif=['mac=00:16:3e:77:00:%d,bridge=xenbr0']
        """
            .formatted(name, initramfs, address, hostPart);
    host.upload(configuration.getBytes(StandardCharsets.UTF_8), guest.configuration(), false);
    int unused = guest.create(host);
    Running created = new Running(guest, address, log, mark);
    running.add(created);
    return created;
  }

  /**
   * Waits until a guest's shell is there.
   *
   * @throws BootException if it does not come
   */
  void awaitBoot(Running guest) throws IOException, InterruptedException {
    try {
      guest.log().await(guest.mark(), READY, BOOT);
    } catch (LabException e) {
      throw new BootException(
          "host=%d domain=%s: not booted: %s"
              .formatted(host.number(), guest.guest().name(), e.getMessage()),
          e);
    }
  }

  /** Types a command into a guest's shell. */
  void type(Running guest, String command) throws LabException {
    guest.guest().type(host, command + "\n");
  }

  /** What the guests' kernels had to complain of. */
  List<String> complaints() throws IOException {
    List<String> found = new ArrayList<>();
    for (Running guest : running) {
      guest
          .log()
          .textFrom(guest.mark())
          .lines()
          .filter(line -> COMPLAINT.matcher(line).find())
          .forEach(line -> found.add(guest.guest().name() + ": " + line.strip()));
    }
    return found;
  }

  @Override
  public void close() throws LabException {
    clean();
  }
}
