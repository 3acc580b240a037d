package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files of a system that is not running: folders laid over each other, of which the first that has
 * a file gives it. Links, those of folders and absolute ones too, lead to files inside. Immutable.
 */
public final class Sysroot {
  private static final int MAX_LINKS = 40;

  private final List<Path> roots;

  /** Lays folders over each other, the first on top. */
  public Sysroot(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** The running system's own files. */
  public static Sysroot host() {
    return new Sysroot(List.of(Path.of("/")));
  }

  /** This one, and another below it. */
  public Sysroot over(Sysroot other) {
    List<Path> all = new ArrayList<>(roots);
    all.addAll(other.roots);
    return new Sysroot(all);
  }

  /** The folders, the topmost first. */
  public List<Path> roots() {
    return roots;
  }

  /**
   * Finds a file or folder, following links.
   *
   * @param path absolute inside the system, as {@code /usr/bin/socat}
   * @return where it lies on the building machine
   */
  public Optional<Path> find(String path) {
    Deque<String> todo = new ArrayDeque<>(components(path));
    String at = "";
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.removeFirst();
      if (name.equals("..")) {
        at = at.isEmpty() ? "" : at.substring(0, at.lastIndexOf('/'));
        continue;
      }
      Optional<Path> next = first(at + "/" + name);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      Optional<String> target = link(next.get());
      if (target.isEmpty()) {
        at = at + "/" + name;
        continue;
      }
      if (++links > MAX_LINKS) {
        return Optional.empty();
      }
      if (target.get().startsWith("/")) {
        at = "";
      }
      List<String> parts = components(target.get());
      for (int i = parts.size() - 1; i >= 0; i--) {
        todo.addFirst(parts.get(i));
      }
    }
    return first(at);
  }

  /**
   * Finds a file or folder that must be there.
   *
   * @throws IOException if it is not, naming it and where it was looked for
   */
  public Path get(String path) throws IOException {
    return find(path)
        .orElseThrow(
            () ->
                new IOException(
                    "file="
                        + path
                        + " is in none of "
                        + String.join(
                            ", ", roots.stream().map(r -> r.getFileName() + "").toList())));
  }

  /** The names in a folder of all layers, sorted; empty if there is none. */
  public List<String> list(String folder) throws IOException {
    java.util.TreeSet<String> names = new java.util.TreeSet<>();
    for (Path root : roots) {
      Path place = root.resolve(folder.substring(1));
      if (Files.isDirectory(place)) {
        try (Stream<Path> entries = Files.list(place)) {
          entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
      }
    }
    return List.copyOf(names);
  }

  /**
   * A program of this system, to be run on this machine with the system's own libraries.
   *
   * @throws IOException if it is not there
   */
  ExternalProgram program(String path) throws IOException {
    Path file = get(path);
    Optional<String> loader = ElfFile.read(file).interpreter();
    if (loader.isEmpty()) {
      return new ExternalProgram(file.toAbsolutePath().toString(), "it must be a program");
    }
    List<String> libraries = new ArrayList<>();
    for (Path root : roots) {
      for (String folder : LibraryClosure.FOLDERS) {
        Path place = root.resolve(folder.substring(1));
        if (Files.isDirectory(place)) {
          libraries.add(place.toAbsolutePath().toString());
        }
      }
    }
    return new ExternalProgram(get(loader.get()).toAbsolutePath().toString(), "it must be a loader")
        .withArguments(
            List.of(
                "--argv0",
                file.getFileName().toString(),
                "--library-path",
                String.join(":", libraries),
                file.toAbsolutePath().toString()));
  }

  private Optional<Path> first(String path) {
    String relative = path.isEmpty() ? "" : path.substring(1);
    return roots.stream()
        .map(root -> root.resolve(relative))
        .filter(place -> Files.exists(place, LinkOption.NOFOLLOW_LINKS))
        .findFirst();
  }

  private static Optional<String> link(Path place) {
    try {
      return Files.isSymbolicLink(place)
          ? Optional.of(Files.readSymbolicLink(place).toString())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // gone meanwhile
    }
  }

  private static List<String> components(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }
}
