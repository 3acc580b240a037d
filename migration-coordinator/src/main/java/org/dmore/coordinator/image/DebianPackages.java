package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's packages, fetched with the building machine's own {@code apt-get} and unpacked into a
 * cache, once a version. Nothing is installed, no package's script runs, and no root is needed.
 *
 * <p>apt's lists say which versions there are and what their files' checksums must be: the newest
 * that this machine would install is taken. Several builds may share a cache.
 */
public final class DebianPackages {
  // 'ADDRESS' FILE SIZE CHECKSUM
  private static final Pattern OFFER = Pattern.compile("'[^']*' (\\S+)\\.deb (\\d+) ?(\\S*)");
  private static final Pattern DEPENDENCY = Pattern.compile(" [ |](?:Pre)?Depends: ([a-z0-9.+-]+)");
  private static final String APT = "install the package apt: images are made on a Debian system";

  private static final String[] RELATIONS = {
    "depends",
    "--no-recommends",
    "--no-suggests",
    "--no-conflicts",
    "--no-breaks",
    "--no-replaces",
    "--no-enhances"
  };

  private final ExternalProgram get = new ExternalProgram("apt-get", APT);
  private final ExternalProgram cacheTool = new ExternalProgram("apt-cache", APT);
  private final ExternalProgram dpkg =
      new ExternalProgram(
          "dpkg-deb", "install the package dpkg: images are made on a Debian system");
  private final Path cache;
  private final Progress progress;

  /**
   * Opens a cache.
   *
   * @param cache a folder, made if it is missing; a folder a package and version is put into it
   */
  public DebianPackages(Path cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /** A package at the version to take. */
  private record Offer(String name, String file, long bytes) {
    /** Without the epoch's {@code %3a}, which not every program likes in a path. */
    String folder() {
      return file.replace("%3a", "-");
    }
  }

  /**
   * Fetches and unpacks packages as far as the cache lacks them.
   *
   * @param names of packages; what they depend on is not taken along (see {@link #withLibraries})
   * @return their files, as if they had been installed over each other
   * @throws IOException naming what cannot be had, and why
   */
  public Sysroot unpack(Collection<String> names) throws IOException {
    Files.createDirectories(cache);
    List<Path> roots = new ArrayList<>();
    List<Offer> missing = new ArrayList<>();
    for (Offer offer : offers(new TreeSet<>(names))) {
      Path root = cache.resolve(offer.folder());
      if (!Files.isDirectory(root)) {
        missing.add(offer);
      }
      roots.add(root);
    }
    if (!missing.isEmpty()) {
      fetch(missing);
    }
    return new Sysroot(roots);
  }

  /** {@link #unpack(Collection)} of these. */
  public Sysroot unpack(String... names) throws IOException {
    return unpack(List.of(names));
  }

  /**
   * The packages with those that hold their shared libraries: what they depend on, and these in
   * turn, if its name begins with {@code lib} (or is {@code zlib1g}).
   */
  public Set<String> withLibraries(Collection<String> names) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(RELATIONS));
    arguments.add("--recurse");
    arguments.addAll(names);
    Map<String, Set<String>> relations = new HashMap<>();
    Set<String> current = Set.of();
    for (String line : query(arguments).lines().toList()) {
      Matcher dependency = DEPENDENCY.matcher(line);
      if (dependency.matches()) {
        current.add(dependency.group(1));
      } else if (!line.startsWith(" ")) {
        current = relations.computeIfAbsent(line.strip(), name -> new LinkedHashSet<>());
      }
    }
    Set<String> found = new TreeSet<>(names);
    Deque<String> todo = new ArrayDeque<>(names);
    while (!todo.isEmpty()) {
      for (String name : relations.getOrDefault(todo.remove(), Set.of())) {
        if (isLibrary(name) && relations.containsKey(name) && found.add(name)) {
          todo.add(name);
        }
      }
    }
    return found;
  }

  private static boolean isLibrary(String name) {
    return name.startsWith("lib") || name.equals("zlib1g");
  }

  /**
   * The name of the package that a package stands for, as {@code linux-image-amd64} does for the
   * kernel of the day.
   *
   * @throws IOException if it depends on none whose name begins so
   */
  public String dependency(String name, String prefix) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(RELATIONS));
    arguments.add(name);
    for (String line : query(arguments).lines().toList()) {
      Matcher dependency = DEPENDENCY.matcher(line);
      if (dependency.matches() && dependency.group(1).startsWith(prefix)) {
        return dependency.group(1);
      }
    }
    throw new IOException("package=" + name + " depends on none that begins with " + prefix);
  }

  /** The package of Debian's current kernel for this machine's architecture. */
  public String kernel() throws IOException {
    return kernel("");
  }

  /**
   * The package of a flavour of Debian's current kernel.
   *
   * @param flavour empty for the plain one, or as {@code cloud-}
   */
  public String kernel(String flavour) throws IOException {
    String architecture =
        new ExternalProgram("dpkg", APT).run(Path.of("/"), "--print-architecture").strip();
    return dependency("linux-image-" + flavour + architecture, "linux-image-");
  }

  private String query(List<String> arguments) throws IOException {
    ExternalProgram.Outcome outcome =
        cacheTool.tryRun(Path.of("/"), arguments.toArray(String[]::new));
    if (outcome.status() != 0) {
      throw unknown(arguments.get(arguments.size() - 1), outcome);
    }
    return outcome.output();
  }

  private List<Offer> offers(Set<String> names) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("download", "--print-uris"));
    arguments.addAll(names);
    ExternalProgram.Outcome outcome = get.tryRun(cache, arguments.toArray(String[]::new));
    if (outcome.status() != 0) {
      throw unknown(String.join(",", names), outcome);
    }
    Map<String, Offer> offers = new HashMap<>();
    for (String line : outcome.output().lines().toList()) {
      Matcher offer = OFFER.matcher(line);
      if (offer.matches()) {
        String file = offer.group(1);
        String name = file.substring(0, file.indexOf('_'));
        offers.put(name, new Offer(name, file, Long.parseLong(offer.group(2))));
      }
    }
    for (String name : names) {
      if (!offers.containsKey(name)) {
        throw new IOException("package=" + name + " cannot be fetched: " + outcome.complaint());
      }
    }
    return names.stream().map(offers::get).toList();
  }

  private static IOException unknown(String names, ExternalProgram.Outcome outcome) {
    String complaint = outcome.complaint();
    return new IOException(
        (complaint.contains("Unable to locate") ? "" : "packages=" + names + ": ")
            + complaint
            + " (its name may be wrong, or apt's lists are missing: run apt-get update)");
  }

  /** All in one run of apt-get, which takes half a second to begin with. */
  private void fetch(List<Offer> offers) throws IOException {
    Path download = Files.createTempDirectory(cache, ".download-");
    try {
      String what = offers.size() == 1 ? offers.get(0).file() : offers.size() + " packages";
      long bytes = offers.stream().mapToLong(Offer::bytes).sum();
      progress.step("fetching %s (%d KiB)".formatted(what, Math.max(1, bytes >> 10)));
      // As root, apt fetches as a user that may not write here.
      List<String> arguments =
          new ArrayList<>(List.of("download", "-q", "-o", "APT::Sandbox::User=root"));
      offers.forEach(offer -> arguments.add(offer.name()));
      ExternalProgram.Outcome outcome = get.tryRun(download, arguments.toArray(String[]::new));
      progress.step("unpacking " + what);
      for (Offer offer : offers) {
        Path file = download.resolve(offer.file() + ".deb");
        if (!Files.exists(file)) {
          throw notFetched(offer, outcome);
        }
        FileTree.make(
            cache.resolve(offer.folder()),
            unfinished -> dpkg.run(download, "-x", file.toString(), unfinished.toString()));
      }
    } finally {
      FileTree.delete(download);
    }
  }

  private static IOException notFetched(Offer offer, ExternalProgram.Outcome outcome) {
    return new IOException(
        "package="
            + offer.name()
            + " cannot be fetched: "
            + outcome.complaint()
            + (outcome.errors().contains("404")
                ? " (apt's lists are out of date: run apt-get update)"
                : " (is there a network, and a proxy if it needs one?)"));
  }
}
