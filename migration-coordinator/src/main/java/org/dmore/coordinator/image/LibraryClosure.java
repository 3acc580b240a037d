package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The shared libraries that ELF files need, and these in turn, as the dynamic loader would find
 * them in a {@link Sysroot}. Nothing is run, so it works for a system that is not this one.
 *
 * <p>Not thread-safe.
 */
final class LibraryClosure {
  private static final Map<String, String> TRIPLETS =
      Map.of("amd64", "x86_64-linux-gnu", "aarch64", "aarch64-linux-gnu");
  private static final String TRIPLET =
      TRIPLETS.getOrDefault(System.getProperty("os.arch"), "x86_64-linux-gnu");

  /** Where the loader looks by itself. */
  static final List<String> FOLDERS =
      List.of(
          "/lib/" + TRIPLET,
          "/usr/lib/" + TRIPLET,
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib",
          "/usr/local/lib");

  private final Sysroot sysroot;
  private final Predicate<String> present;
  private final SortedMap<String, Path> found = new TreeMap<>();

  LibraryClosure(Sysroot sysroot) {
    this(sysroot, name -> false);
  }

  /**
   * Looks in a system.
   *
   * @param present whether a library that the system lacks is there anyway, as those are that a
   *     program loads itself before it loads what needs them
   */
  LibraryClosure(Sysroot sysroot, Predicate<String> present) {
    this.sysroot = sysroot;
    this.present = present;
  }

  /** An ELF file to look at: where it lies here, and its folder in the image. */
  private record Item(Path file, String folder) {}

  /**
   * Adds what a file needs; the file itself is not added.
   *
   * @param file on the building machine
   * @param folder where it lies in the image, which {@code $ORIGIN} stands for
   * @throws IOException naming a library that is not there and the file that needs it
   */
  void add(Path file, String folder) throws IOException {
    Deque<Item> todo = new ArrayDeque<>(List.of(new Item(file, folder)));
    Set<Path> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      Item item = todo.remove();
      if (!seen.add(item.file())) {
        continue;
      }
      ElfFile elf = ElfFile.read(item.file());
      if (elf.interpreter().isPresent()) {
        found.put(elf.interpreter().get(), sysroot.get(elf.interpreter().get()));
      }
      for (String name : elf.needed()) {
        resolve(name, elf, item).ifPresent(todo::add);
      }
    }
  }

  /**
   * Adds a library by its name, where the loader looks by itself, and what it needs.
   *
   * @throws IOException naming a library that is not there
   */
  void addNamed(String name) throws IOException {
    for (String folder : FOLDERS) {
      Optional<Path> file = sysroot.find(folder + "/" + name);
      if (file.isPresent()) {
        found.put(folder + "/" + name, file.get());
        add(file.get(), folder);
        return;
      }
    }
    throw new IOException("library=" + name + " is missing: add the package that holds it");
  }

  /** The libraries' paths in the image, with the file of each. */
  SortedMap<String, Path> libraries() {
    return found;
  }

  private Optional<Item> resolve(String name, ElfFile elf, Item wanting) throws IOException {
    List<String> folders = new ArrayList<>();
    for (String folder : elf.searchPath()) {
      if (folder.startsWith("$ORIGIN") || folder.startsWith("${ORIGIN}")) {
        String rest = folder.substring(folder.indexOf("ORIGIN") + 6).replaceFirst("^}", "");
        // A runtime's own libraries lie beside each other and come along with it.
        Path beside =
            Path.of(wanting.file().toAbsolutePath().getParent() + rest).normalize().resolve(name);
        if (Files.exists(beside) && sysroot.find(wanting.folder() + rest + "/" + name).isEmpty()) {
          return Optional.of(
              new Item(beside, Path.of(wanting.folder() + rest).normalize().toString()));
        }
        folders.add(wanting.folder() + rest);
      } else {
        folders.add(folder);
      }
    }
    folders.addAll(FOLDERS);
    for (String folder : folders) {
      String path = Path.of(folder).normalize().resolve(name).toString();
      Optional<Path> file = sysroot.find(path);
      if (file.isPresent() && Files.isRegularFile(file.get())) {
        return found.put(path, file.get()) == null
            ? Optional.of(new Item(file.get(), Path.of(path).getParent().toString()))
            : Optional.empty();
      }
    }
    if (present.test(name)) {
      return Optional.empty();
    }
    throw new IOException(
        "library="
            + name
            + " is missing, which "
            + wanting.file().getFileName()
            + " needs: add the package that holds it");
  }
}
