package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.image.Initramfs;
import org.dmore.coordinator.image.KernelModules;
import org.dmore.coordinator.image.Progress;
import org.dmore.coordinator.image.Sysroot;

/**
 * What a host boots from.
 *
 * @param xen the hypervisor as a 32-bit ELF file
 * @param kernel dom0's kernel
 * @param initramfs dom0: busybox, Xen's tools, libvirtd, and the files of {@code xen-lab/dom0}
 */
public record HostImage(Path xen, Path kernel, Path initramfs) {
  private static final String XEN = "4.17";
  private static final String XEN_BIN = "/usr/lib/xen-" + XEN + "/bin/";

  /** What a host needs besides a kernel; their libraries come along. */
  static final List<String> PACKAGES =
      List.of(
          "xen-utils-" + XEN,
          "xenstore-utils",
          "libvirt-daemon",
          "libvirt-daemon-driver-xen",
          "libvirt-clients",
          "socat",
          "iproute2",
          // What dmore's Java needs of the system, and Xen's interface for it.
          "zlib1g",
          "libxenforeignmemory1",
          "libxengnttab1",
          "libxenevtchn1",
          "libxenstore4",
          // xl cancels threads, which aborts without it.
          "libgcc-s1");

  /** Packages that hold no libraries. */
  static final List<String> PLAIN_PACKAGES =
      List.of("xen-hypervisor-" + XEN + "-amd64", "busybox-static");

  private static final List<String> PROGRAMS =
      List.of(
          XEN_BIN + "xl",
          XEN_BIN + "libxl-save-helper",
          XEN_BIN + "xenstored",
          XEN_BIN + "xen-init-dom0",
          XEN_BIN + "xenconsoled",
          XEN_BIN + "xenctx",
          XEN_BIN + "lsevtchn",
          "/usr/bin/xenstore-chmod",
          "/usr/bin/xenstore-exists",
          "/usr/bin/xenstore-list",
          "/usr/bin/xenstore-ls",
          "/usr/bin/xenstore-read",
          "/usr/bin/xenstore-rm",
          "/usr/bin/xenstore-watch",
          "/usr/bin/xenstore-write",
          "/usr/bin/socat",
          "/bin/ss",
          "/usr/bin/virsh",
          "/usr/sbin/libvirtd");

  /** Opened by name at run time, so that no program's list of libraries has them. */
  private static final List<String> LIBRARIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_libxl.so",
          "/usr/lib/x86_64-linux-gnu/libxenforeignmemory.so.1",
          "/usr/lib/x86_64-linux-gnu/libxengnttab.so.1",
          "/usr/lib/x86_64-linux-gnu/libxenevtchn.so.1",
          "/usr/lib/x86_64-linux-gnu/libxenstore.so.4",
          "/lib/x86_64-linux-gnu/libgcc_s.so.1",
          "/lib/x86_64-linux-gnu/libz.so.1",
          "/lib/x86_64-linux-gnu/libm.so.6",
          "/lib/x86_64-linux-gnu/libdl.so.2",
          "/lib/x86_64-linux-gnu/librt.so.1",
          "/lib/x86_64-linux-gnu/libpthread.so.0");

  private static final List<String> MODULES =
      List.of(
          "xen-evtchn",
          "xen-gntdev",
          "xen-gntalloc",
          "xen-privcmd",
          "xenfs",
          "xen-netback",
          "virtio_pci",
          "virtio_net",
          "bridge",
          // What ss -K ends a connection by.
          "tcp_diag",
          "9p",
          "9pnet_virtio");

  /**
   * Makes it, or finds it in the cache.
   *
   * @param files {@code xen-lab/dom0}, laid over the packages' files
   */
  static HostImage build(Path cache, Path files, Sysroot packages, Progress progress)
      throws IOException {
    String key = new CacheKey("host 1").packages(packages).files(files).hex();
    Path folder = cache.resolve("host-" + key);
    FileTree.make(folder, fresh -> make(fresh, files, packages, progress));
    return new HostImage(
        folder.resolve("xen"), folder.resolve("vmlinuz"), folder.resolve("initramfs"));
  }

  private static void make(Path folder, Path files, Sysroot packages, Progress progress)
      throws IOException {
    progress.step("packing dom0");
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(packages.get("/boot/xen-" + XEN + "-amd64.gz")))) {
      Files.copy(in, folder.resolve("xen"));
    }
    KernelModules modules = KernelModules.of(packages);
    Files.copy(packages.get("/boot/vmlinuz-" + modules.release()), folder.resolve("vmlinuz"));

    Initramfs initramfs = new Initramfs();
    initramfs.folders(
        "/proc", "/sys", "/dev", "/run", "/root", "/lab", "/var/log/xen", "/var/log/libvirt/libxl");
    initramfs.folders("/var/lib/xen", "/var/lib/xenstored", "/var/lib/libvirt/libxl");
    initramfs.folder("/tmp", 01777).link("/var/run", "/run");
    initramfs.busybox(packages.get("/bin/busybox")).link("/init", "bin/busybox");
    initramfs.modules(modules, MODULES);
    for (String program : PROGRAMS) {
      initramfs.program(packages, program);
    }
    for (String library : LIBRARIES) {
      initramfs.program(packages, library);
    }
    cpuMap(initramfs, packages);
    initramfs.tree(files, "/");
    for (String guest : List.of("domr", "domu")) {
      initramfs.link("/etc/xen/" + guest + ".cfg", "/lab/guest/" + guest + ".cfg");
    }
    // Not compressed: unpacking would take the emulated processor seconds.
    try (OutputStream out = Files.newOutputStream(folder.resolve("initramfs"))) {
      initramfs.writeCpio(out);
    }
  }

  /** Xen clears SEP on AMD; with it in its map, libvirt would find no model that fits. */
  private static void cpuMap(Initramfs initramfs, Sysroot packages) throws IOException {
    String folder = "/usr/share/libvirt/cpu_map";
    for (String name : packages.list(folder)) {
      String path = folder + "/" + name;
      String text = Files.readString(packages.get(path));
      initramfs.text(
          path, name.startsWith("x86_") ? text.replace("<feature name='sep'/>", "") : text);
    }
  }
}
