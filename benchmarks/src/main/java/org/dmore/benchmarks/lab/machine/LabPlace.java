package org.dmore.benchmarks.lab.machine;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.LabException;

/**
 * A lab's name and all names that follow from it, so that labs of different names do not meet.
 *
 * @param name also its network namespace's; inside that, every lab's bridge and taps have the same
 *     names
 * @param files the files that the images are made of: {@code benchmarks/xen-lab}
 * @param work its folder: state, logs, what failed scenarios leave
 * @param cache packages and images, shared by all labs
 */
public record LabPlace(String name, Path files, Path work, Path cache) {
  /** What a lab is called that was given no name. */
  public static final String DEFAULT_NAME = "dmore-lab";

  /** The environment's word on where the cache is. */
  public static final String CACHE_VARIABLE = "DMORE_LAB_CACHE";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  /**
   * The lab of that name.
   *
   * @param files {@code benchmarks/xen-lab}
   * @param environment where {@link #CACHE_VARIABLE} may stand
   * @throws IllegalArgumentException if it is no name for a namespace and a folder
   */
  public static LabPlace of(String name, Path files, Map<String, String> environment) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--name="
              + name
              + " must be 1 to 31 small letters, digits and hyphens, and begin with a letter");
    }
    Path cache = files.resolve(".cache");
    String elsewhere = environment.getOrDefault(CACHE_VARIABLE, "");
    if (!elsewhere.isEmpty()) {
      cache = Path.of(elsewhere).toAbsolutePath().normalize();
    }
    return new LabPlace(name, files, files.resolve(".work").resolve(name), cache);
  }

  /**
   * Finds {@code benchmarks/xen-lab} beside the folder that this class was built into.
   *
   * @throws LabException if it is not there: the lab runs from a source tree alone
   */
  public static Path filesOfSourceTree() throws LabException {
    try {
      Path classes =
          Path.of(LabPlace.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      // benchmarks/target/benchmarks-VERSION.jar, or benchmarks/target/classes
      Path files = classes.getParent().resolveSibling("xen-lab");
      if (Files.isDirectory(files)) {
        return files;
      }
      throw new LabException(
          "folder=" + files + " is not there: run dmore from its source tree, as ./dmore");
    } catch (URISyntaxException e) {
      throw new LabException("this program's own place is not a path: " + e.getMessage(), e);
    }
  }

  /** The network namespace. */
  public String namespace() {
    return name;
  }

  /** What is recorded of a started lab. */
  public Path stateFile() {
    return work.resolve("state.properties");
  }

  /** Held by whoever starts or ends the lab. */
  public Path lockFile() {
    return work.resolveSibling(name + ".lock");
  }

  /** What the hosts see, read-only, at {@code /lab}. */
  public Path share() {
    return work.resolve("share");
  }

  /** A host's folder: its serial line, QEMU's messages, and {@code log}, its dom0's logs. */
  public Path host(int number) {
    return work.resolve("host" + number);
  }

  /** Where a scenario keeps what it wants to be looked at. */
  public Path kept(String scenario) {
    return work.resolve("scenario").resolve(scenario);
  }
}
