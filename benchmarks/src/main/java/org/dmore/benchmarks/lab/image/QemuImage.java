package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.image.Initramfs;
import org.dmore.coordinator.image.Progress;
import org.dmore.coordinator.image.Sysroot;

/**
 * Debian's QEMU for Xen: the VNC server and the backends of keyboard and framebuffer that a guest
 * has in dom0, as everybody runs them. It is no part of dom0's image: what needs it unpacks it.
 */
final class QemuImage {
  static final List<String> PACKAGES = List.of("qemu-system-xen");

  /** Packages that hold no libraries. */
  static final List<String> PLAIN_PACKAGES = List.of("qemu-system-data");

  private static final String PROGRAM = "/usr/libexec/xen-qemu-system-i386";

  /** What its VNC server reads at start. */
  private static final String KEYMAP = "/usr/share/qemu/keymaps/en-us";

  private QemuImage() {}

  static Path build(Path cache, Sysroot packages, Progress progress) throws IOException {
    String key = new CacheKey("qemu 1").packages(packages).hex();
    Path folder = cache.resolve("qemu-" + key);
    FileTree.make(
        folder,
        fresh -> {
          progress.step("packing QEMU");
          Initramfs files = new Initramfs().program(packages, PROGRAM);
          files.file(KEYMAP, packages.get(KEYMAP), 0644);
          try (OutputStream out = Files.newOutputStream(fresh.resolve("qemu.cpio"))) {
            files.writeCpio(out);
          }
        });
    return folder.resolve("qemu.cpio");
  }
}
