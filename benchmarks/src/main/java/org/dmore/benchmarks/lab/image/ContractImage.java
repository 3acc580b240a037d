package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.image.Initramfs;
import org.dmore.coordinator.image.JavaRuntime;
import org.dmore.coordinator.image.KernelModules;
import org.dmore.coordinator.image.Progress;
import org.dmore.coordinator.image.Sysroot;

/**
 * What the ports' contracts run from. Each has a name in the cache that no other content has.
 *
 * @param runtime for dom0: Java and the contracts' jars, as {@link JavaRuntime} describes it
 * @param initramfs of a guest that has the same in {@code /opt/contract}, and a shell at hvc0
 */
public record ContractImage(Path runtime, Path initramfs) {
  private static final String HOME = "/opt/contract";

  private static final String REHEARSAL = "org.dmore.xen.contract.lab.Rehearsal";

  private static final String[] MODULES = {
    "java.base", "java.management", "java.naming", "java.xml", "jdk.management", "jdk.unsupported",
  };

  private static final List<String> KERNEL_MODULES =
      List.of("xen-evtchn", "xen-gntdev", "xen-netfront");

  /** Opened by name at run time. */
  private static final List<String> LIBRARIES =
      List.of("libxenevtchn.so.1", "libxengnttab.so.1", "libxenstore.so.4", "libgcc_s.so.1");

  private static final Set<Path> LEFT_OUT = Set.of(Path.of("runtime/legal"));

  /**
   * Makes it, or finds it in the cache.
   *
   * @param files {@code xen-lab/contract}
   * @param jars the folder that has the contracts and what they depend on
   * @throws LabException if that folder is not there
   */
  static ContractImage build(Path cache, Path files, Path jars, Sysroot packages, Progress progress)
      throws IOException {
    if (!Files.isDirectory(jars)) {
      throw new LabException(
          "folder=" + jars + " is not there: build with mvn package, or run ./dmore");
    }
    Path runtime =
        JavaRuntime.builder(progress)
            .modules(MODULES)
            .jars(jarsIn(jars))
            .nativeLibrary("jna", "com/sun/jna/linux-x86-64/libjnidispatch.so")
            .rehearsal(new JavaRuntime.Rehearsal(List.of(), REHEARSAL, List.of()))
            .build(cache)
            .folder();
    String key =
        new CacheKey("contract 1")
            .packages(packages)
            .files(files)
            .text(runtime.getFileName().toString())
            .hex();
    Path folder = cache.resolve("contract-" + key);
    FileTree.make(folder, fresh -> make(fresh, files, runtime, packages, progress));
    return new ContractImage(runtime, folder.resolve("initramfs"));
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static void make(
      Path folder, Path files, Path runtime, Sysroot packages, Progress progress)
      throws IOException {
    progress.step("packing the contracts' guest");
    Initramfs initramfs = new Initramfs();
    initramfs.folders("/proc", "/sys", "/dev", "/root").folder("/tmp", 01777);
    initramfs.busybox(packages.get("/bin/busybox")).file("/init", files.resolve("init"), 0755);
    initramfs.modules(KernelModules.of(packages), KERNEL_MODULES);
    initramfs.tree(runtime, HOME, path -> !LEFT_OUT.contains(path));
    for (String library : LIBRARIES) {
      initramfs.library(packages, library);
    }
    try (Stream<Path> all = Files.walk(runtime)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        initramfs.withLibrariesOf(file, HOME + "/" + runtime.relativize(file), packages);
      }
    }
    // Not compressed: unpacking would take the emulated processor seconds.
    try (OutputStream out = Files.newOutputStream(folder.resolve("initramfs"))) {
      initramfs.writeCpio(out);
    }
  }
}
