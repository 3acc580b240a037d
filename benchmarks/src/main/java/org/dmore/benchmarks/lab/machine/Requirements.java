package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this machine must have so that the lab can run; all that is missing is said at once. */
public final class Requirements {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;
  private static final long KIB_PER_MIB = 1024;
  private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]+)$");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s*(\\d+) kB$");

  /** Each program, and Debian's package that has it. */
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "qemu-system-x86_64", "qemu-system-x86",
          "ip", "iproute2",
          "apt-get", "apt",
          "apt-cache", "apt",
          "dpkg-deb", "dpkg",
          "setsid", "util-linux",
          "gcc", "gcc libc6-dev");

  private final Path root;
  private final String searchPath;
  private final String architecture;

  private Requirements(Path root, String searchPath, String architecture) {
    this.root = root;
    this.searchPath = searchPath;
    this.architecture = architecture;
  }

  /** Those of the running system. */
  public static Requirements ofThisMachine() {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return new Requirements(Path.of("/"), path, System.getProperty("os.arch"));
  }

  /** Those of a system of files, for tests. */
  static Requirements of(Path root, String searchPath, String architecture) {
    return new Requirements(root, searchPath, architecture);
  }

  /**
   * What is missing, a line each with how to get it; empty if nothing is.
   *
   * @param hosts how many are to be started
   */
  public List<String> missing(int hosts) throws IOException {
    List<String> missing = new ArrayList<>();
    if (!architecture.equals("amd64")) {
      missing.add(
          "architecture=" + architecture + ": the lab's packages and guests are amd64's alone");
    }
    privileges().ifPresent(missing::add);
    if (!Files.exists(root.resolve("dev/net/tun"))) {
      missing.add(
          "/dev/net/tun is not there: modprobe tun; in a container, pass it in"
              + " (docker run --device /dev/net/tun --cap-add NET_ADMIN --cap-add SYS_ADMIN)");
    }
    memory(hosts).ifPresent(missing::add);
    Set<String> packages = new LinkedHashSet<>();
    PROGRAMS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(program -> Tool.find(program.getKey(), searchPath).isEmpty())
        .forEach(
            program -> {
              missing.add(
                  "program=%s is not on the PATH: it is in Debian's package %s"
                      .formatted(program.getKey(), program.getValue()));
              packages.add(program.getValue());
            });
    if (!packages.isEmpty()) {
      missing.add(
          "to install: apt-get update && apt-get install --no-install-recommends "
              + String.join(" ", packages));
    }
    return missing;
  }

  /** Root in a container may be root without the right to make a namespace. */
  private Optional<String> privileges() throws IOException {
    String status = Files.readString(root.resolve("proc/self/status"));
    Matcher capabilities = CAPABILITIES.matcher(status);
    BigInteger effective =
        capabilities.find() ? new BigInteger(capabilities.group(1), 16) : BigInteger.ZERO;
    if (effective.testBit(CAP_NET_ADMIN) && effective.testBit(CAP_SYS_ADMIN)) {
      return Optional.empty();
    }
    return Optional.of(
        "root is needed, to make a network namespace (CAP_NET_ADMIN, CAP_SYS_ADMIN): run as root;"
            + " in a container, add both capabilities");
  }

  private Optional<String> memory(int hosts) throws IOException {
    Matcher available = AVAILABLE.matcher(Files.readString(root.resolve("proc/meminfo")));
    long needed = (long) hosts * Emulator.MEMORY;
    if (!available.find() || Long.parseLong(available.group(1)) / KIB_PER_MIB >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        "memory=%d MiB is available and %d MiB are needed for hosts=%d%s"
            .formatted(
                Long.parseLong(available.group(1)) / KIB_PER_MIB,
                needed,
                hosts,
                hosts > 1 ? ": with --hosts 1 half of it is enough" : ""));
  }
}
