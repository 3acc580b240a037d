package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmore.benchmarks.lab.machine.Tool;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.image.Initramfs;
import org.dmore.coordinator.image.KernelImage;
import org.dmore.coordinator.image.KernelModules;
import org.dmore.coordinator.image.Progress;
import org.dmore.coordinator.image.Sysroot;

/** What the guests boot from. */
final class GuestImages {
  private GuestImages() {}

  /** The plain ELF kernel of both guests: dom0 need not unpack it for each. */
  static Path kernel(Path cache, Sysroot packages, Progress progress) throws IOException {
    String key = new CacheKey("kernel 1").packages(packages).hex();
    Path folder = cache.resolve("kernel-" + key);
    FileTree.make(
        folder,
        fresh -> {
          String release = KernelModules.of(packages).release();
          KernelImage.extract(
              packages.get("/boot/vmlinuz-" + release), fresh.resolve("kernel"), progress);
        });
    return folder.resolve("kernel");
  }

  /**
   * DomU's initramfs: busybox and the recorder of input.
   *
   * @param files {@code xen-lab/domu}
   */
  static Path domu(Path cache, Path files, Sysroot packages, Progress progress) throws IOException {
    String key = new CacheKey("domu 2").packages(packages).files(files).hex();
    Path folder = cache.resolve("domu-" + key);
    FileTree.make(
        folder,
        fresh -> {
          progress.step("compiling the recorder and packing DomU");
          Path recorder = fresh.resolve("recorder");
          compile(files.resolve("recorder.c"), recorder);
          KernelModules modules = KernelModules.of(packages);
          Initramfs initramfs = new Initramfs();
          initramfs.folders("/proc", "/sys", "/dev", "/root", "/tmp");
          initramfs.busybox(packages.get("/bin/busybox"));
          initramfs.file("/init", files.resolve("init"), 0755).file("/bin/recorder", recorder);
          modules
              .closure(List.of("evdev", "xen-netfront"))
              .forEach(
                  (name, content) ->
                      initramfs.content(
                          "/lib/modules/" + modules.release() + "/" + name + ".ko", content, 0644));
          initramfs.write(fresh.resolve("domu.initrd"));
          Files.delete(recorder);
        });
    return folder.resolve("domu.initrd");
  }

  private static void compile(Path source, Path program) throws IOException {
    try {
      Tool.run(
          "gcc",
          "-O2",
          "-Wall",
          "-Wextra",
          "-static",
          "-pthread",
          "-o",
          program.toString(),
          source.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while gcc ran", e);
    }
  }
}
