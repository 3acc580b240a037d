package org.dmore.coordinator.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/**
 * The modules of a kernel's package. What a module depends on stands in the module itself ({@code
 * .modinfo}), since the package comes without depmod's list. Not thread-safe.
 */
public final class KernelModules {
  private final String release;
  private final Map<String, Path> files = new TreeMap<>();
  private final Set<String> builtIn;

  private KernelModules(String release, Path folder) throws IOException {
    this.release = release;
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(file -> file.toString().matches(".*\\.ko(\\.xz)?"))
          .forEach(file -> files.put(name(file), file));
    }
    try (Stream<String> lines = Files.lines(folder.resolve("modules.builtin"))) {
      builtIn = lines.map(line -> name(Path.of(line))).collect(Collectors.toSet());
    }
  }

  /**
   * Opens the modules of the one kernel that a system has.
   *
   * @throws IOException if it has none or several
   */
  public static KernelModules of(Sysroot sysroot) throws IOException {
    var releases = sysroot.list("/lib/modules");
    if (releases.size() != 1) {
      throw new IOException("one kernel is expected in /lib/modules: found=" + releases);
    }
    return new KernelModules(releases.get(0), sysroot.get("/lib/modules/" + releases.get(0)));
  }

  /** The kernel's release, as {@code uname -r} tells. */
  public String release() {
    return release;
  }

  /**
   * Modules and what they depend on, in an order in which they can be loaded; those that are built
   * into the kernel are left out.
   *
   * @param names of modules; {@code -} and {@code _} are the same
   * @return each module's name, with underscores, and its content
   * @throws IOException naming a module that the kernel does not have
   */
  public Map<String, byte[]> closure(Collection<String> names) throws IOException {
    Map<String, byte[]> loaded = new LinkedHashMap<>();
    for (String name : names) {
      add(name.replace('-', '_'), loaded, new LinkedHashSet<>());
    }
    return loaded;
  }

  private void add(String name, Map<String, byte[]> loaded, Set<String> wanting)
      throws IOException {
    if (loaded.containsKey(name) || builtIn.contains(name) || !wanting.add(name)) {
      return;
    }
    Path file = files.get(name);
    if (file == null) {
      throw new IOException("module=" + name + " is not in the kernel release=" + release);
    }
    byte[] content = content(file);
    for (String line : ElfFile.of(content, file).moduleInfo()) {
      if (line.startsWith("depends=")) {
        for (String dependency : line.substring("depends=".length()).split(",", -1)) {
          if (!dependency.isEmpty()) {
            add(dependency.replace('-', '_'), loaded, wanting);
          }
        }
      }
    }
    loaded.put(name, content);
  }

  private static byte[] content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return (file.toString().endsWith(".xz") ? new XZInputStream(in) : in).readAllBytes();
    }
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.indexOf(".ko")).replace('-', '_');
  }
}
