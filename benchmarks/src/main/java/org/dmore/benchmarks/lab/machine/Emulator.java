package org.dmore.benchmarks.lab.machine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmore.benchmarks.lab.LabException;

/**
 * One host: QEMU without KVM, which emulates AMD's SVM with nested paging, so that Xen finds
 * hardware to run PVH guests on.
 *
 * <p>The processor is {@code qemu64}, one of it. What other models add fails: SMAP stops dom0
 * early, MONITOR/MWAIT gives Xen a fault when idle, RDTSCP cannot be intercepted in PVH guests,
 * XSAVE's state is mixed up between domains; and PVH guests are unreliable with two processors.
 *
 * <p>Files come by 9p and not in the initramfs: a dom0's memory is then for guests' tools and not
 * for copies of files, and its logs can be read here while it runs and after it died.
 */
public final class Emulator {
  /** A host's memory in MiB; dom0 has 1024 of it. */
  public static final int MEMORY = 3072;

  private static final String XEN_ARGUMENTS =
      "dom0_mem=1024M,max:1024M dom0_max_vcpus=1 com1=115200,8n1 console=com1 no-real-mode noreboot";

  private final LabPlace place;
  private final LabNetwork network;

  /** For the hosts of a lab. */
  public Emulator(LabPlace place, LabNetwork network) {
    this.place = place;
    this.network = network;
  }

  /** What the host's serial line says: Xen's messages and dom0's kernel's. */
  public static Path serialLog(LabPlace place, int host) {
    return place.host(host).resolve("serial.log");
  }

  /**
   * Starts a host.
   *
   * @param xen Xen's unzipped 32-bit ELF file, as QEMU's multiboot loader wants it
   * @param kernel dom0's kernel
   * @param initramfs dom0's
   */
  public OwnProcess start(int host, Path xen, Path kernel, Path initramfs) throws IOException {
    Path folder = place.host(host);
    Files.createDirectories(folder.resolve("log"));
    File messages = folder.resolve("qemu.log").toFile();
    Process process =
        new ProcessBuilder(command(host, xen, kernel, initramfs))
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(messages)
            .redirectErrorStream(true)
            .start();
    try {
      return OwnProcess.of(process.pid());
    } catch (IOException e) {
      throw new LabException(
          "host=%d: QEMU did not start: %s".formatted(host, Files.readString(messages.toPath())),
          e);
    }
  }

  List<String> command(int host, Path xen, Path kernel, Path initramfs) {
    Path folder = place.host(host);
    List<String> command = new ArrayList<>(network.prefix());
    // So that Ctrl-C at dmore's terminal does not end the hosts, and the process is QEMU itself.
    command.addAll(List.of("setsid", "qemu-system-x86_64"));
    command.addAll(List.of("-name", "guest=" + place.name() + "-host" + host));
    command.addAll(List.of("-accel", "tcg,thread=multi", "-cpu", "qemu64,+svm,+npt"));
    command.addAll(List.of("-smp", "1", "-m", Integer.toString(MEMORY)));
    command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
    command.addAll(List.of("-serial", "file:" + Emulator.serialLog(place, host)));
    command.addAll(
        List.of("-monitor", "unix:" + folder.resolve("monitor") + ",server=on,wait=off"));
    command.addAll(List.of("-kernel", xen.toString(), "-append", XEN_ARGUMENTS));
    command.addAll(
        List.of(
            "-initrd",
            "%s console=hvc0 quiet lab.host=%d,%s"
                .formatted(escaped(kernel), host, escaped(initramfs))));
    command.addAll(List.of("-virtfs", share("lab", place.share()) + ",readonly=on"));
    command.addAll(List.of("-virtfs", share("log", folder.resolve("log"))));
    command.addAll(
        List.of(
            "-netdev",
            "tap,id=net,ifname=" + LabNetwork.tap(host) + ",script=no,downscript=no",
            "-device",
            "virtio-net-pci,netdev=net,romfile=,mac=52:54:00:00:00:0" + host));
    return command;
  }

  private static String share(String tag, Path folder) {
    return "local,mount_tag=%s,path=%s,security_model=none,multidevs=remap"
        .formatted(tag, escaped(folder));
  }

  /** A comma in a path would end it. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }
}
