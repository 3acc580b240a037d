package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmore.coordinator.image.DebianPackages;
import org.dmore.coordinator.image.DomRImage;
import org.dmore.coordinator.image.FileTree;
import org.dmore.coordinator.image.Progress;
import org.dmore.coordinator.image.Sysroot;

/**
 * Makes what the lab boots, each once: a thing in the cache goes by a hash of all that it is made
 * of, so a change of a script, of a jar or of a package's version makes anew just what has it.
 */
public final class LabImages {
  private final Path files;
  private final Path cache;
  private final Progress progress;
  private final Sysroot packages;
  private final Sysroot qemu;

  /**
   * Fetches and unpacks the packages that the cache lacks.
   *
   * @param files {@code benchmarks/xen-lab}
   */
  public LabImages(Path files, Path cache, Progress progress) throws IOException {
    this.files = files;
    this.cache = cache;
    this.progress = progress;
    DebianPackages debian = new DebianPackages(cache.resolve("packages"), progress);
    List<String> names = new ArrayList<>(debian.withLibraries(HostImage.PACKAGES));
    names.addAll(HostImage.PLAIN_PACKAGES);
    names.add(debian.kernel());
    this.packages = debian.unpack(names);
    names.addAll(debian.withLibraries(QemuImage.PACKAGES));
    names.addAll(QemuImage.PLAIN_PACKAGES);
    this.qemu = debian.unpack(names);
  }

  /** What the hosts boot from. */
  public HostImage host() throws IOException {
    return HostImage.build(cache, files.resolve("dom0"), packages, progress);
  }

  /** The kernel of both guests. */
  public Path guestKernel() throws IOException {
    return GuestImages.kernel(cache, packages, progress);
  }

  /** DomU's initramfs. */
  public Path domu() throws IOException {
    return GuestImages.domu(cache, files.resolve("domu"), packages, progress);
  }

  /**
   * DomR: a folder with {@code kernel} and {@code initrd}, as {@code dmore domr build} makes it.
   */
  public Path domr() throws IOException {
    CacheKey key = new CacheKey("domr 1").packages(packages);
    for (Path jar : DmoreRuntime.runningJars()) {
      key.files(jar);
    }
    Path folder = cache.resolve("domr-" + key.hex());
    FileTree.make(folder, fresh -> new DomRImage(cache, progress).build(fresh, List.of()));
    return folder;
  }

  /** The folder of {@code dmore} for dom0: a Java runtime with its jars. */
  public Path dmore() throws IOException {
    return DmoreRuntime.build(cache, progress);
  }

  /** QEMU for dom0, which a guest's console is served by where there is no DomR: a cpio archive. */
  public Path qemu() throws IOException {
    return QemuImage.build(cache, qemu, progress);
  }

  /**
   * What the ports' contracts run from; fetches nothing.
   *
   * @param jars the folder {@code benchmarks/target/contract-lib}
   */
  public ContractImage contract(Path jars) throws IOException {
    return ContractImage.build(cache, files.resolve("contract"), jars, packages, progress);
  }

  /** The guests' xl configurations. */
  public Path guestConfigurations() {
    return files.resolve("guest");
  }
}
