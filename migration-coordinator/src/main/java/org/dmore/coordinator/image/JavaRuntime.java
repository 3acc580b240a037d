package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Java runtime that has just what a program needs: the modules of the running JDK, linked by
 * {@code jlink}, the program's jars, and an archive of the classes that it loads (class-data
 * sharing), which spares both time and memory at its start.
 *
 * <p>The folder that is made, and that may be put anywhere as a whole:
 *
 * <pre>
 * runtime/       the linked runtime; runtime/bin/java starts it
 * lib/           the jars, without signatures
 * native/        the native libraries that their code loads
 * classes.jsa    the archive
 * options        a file for java's @FILE: class path and archive
 * </pre>
 *
 * <p>The archive holds only for that class path, taken from inside the folder, so a program is
 * started as {@code cd FOLDER && runtime/bin/java @options MAIN}. It goes by the jars' and the
 * modules' times too: they are set to {@link Initramfs#TIME}.
 */
public final class JavaRuntime {
  private static final FileTime TIME = FileTime.from(Initramfs.TIME, TimeUnit.SECONDS);

  private final Path folder;

  private JavaRuntime(Path folder) {
    this.folder = folder;
  }

  /** The folder that everything is in. */
  public Path folder() {
    return folder;
  }

  /** Begins a runtime out of the running JDK. */
  public static Builder builder(Progress progress) {
    return new Builder(progress);
  }

  /**
   * A run of the program, for the list of classes that the archive is to have: only what it loads
   * is in it, and other classes are loaded from the jars as ever.
   *
   * @param classPath jars and folders that the rehearsal needs besides the program's own jars, and
   *     that the runtime does not get
   * @param main the class to run, which must end by itself with status 0
   * @param options of the JVM
   * @param notArchived parts of the names of classes that are not archived, as {@code
   *     org/example/test/}: what only the rehearsal uses, or what the program seldom does
   */
  public record Rehearsal(
      List<Path> classPath, String main, List<String> options, List<String> notArchived) {
    /** A rehearsal of whose classes all are archived. */
    public Rehearsal(List<Path> classPath, String main, List<String> options) {
      this(classPath, main, options, List.of());
    }

    public Rehearsal {
      notArchived = List.copyOf(notArchived);
      classPath = List.copyOf(classPath);
      options = List.copyOf(options);
    }
  }

  /** Gathers what goes into a runtime. Not thread-safe. */
  public static final class Builder {
    private final Progress progress;
    private final Set<String> modules = new LinkedHashSet<>(List.of("java.base"));
    private final List<Path> jars = new ArrayList<>();
    private final Map<String, String> natives = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private final List<String> linkOptions = new ArrayList<>();
    private Rehearsal rehearsal;

    private Builder(Progress progress) {
      this.progress = progress;
    }

    /** Adds modules; {@code java.base} is always there. */
    public Builder modules(String... names) {
      modules.addAll(List.of(names));
      return this;
    }

    /** Adds jars, in the order of the class path. */
    public Builder jars(List<Path> files) {
      jars.addAll(files);
      return this;
    }

    /**
     * Takes a native library out of a jar, so that it is not unpacked each time that the program
     * runs. If one is named, no jar keeps any.
     *
     * @param jar the jar's file name up to its version, as {@code jna}
     * @param entry the library's path in the jar
     */
    public Builder nativeLibrary(String jar, String entry) {
      natives.put(entry, jar);
      return this;
    }

    /**
     * Leaves out what is never used of the jars.
     *
     * @param prefixes of entries' names, as {@code org/example/unused/}
     */
    public Builder without(String... prefixes) {
      leftOut.addAll(List.of(prefixes));
      return this;
    }

    /** Adds options for {@code jlink}, as {@code --compress=2}. */
    public Builder linkOptions(String... options) {
      linkOptions.addAll(List.of(options));
      return this;
    }

    /** Sets the run that tells which classes are archived; without, they are the JDK's own. */
    public Builder rehearsal(Rehearsal run) {
      rehearsal = run;
      return this;
    }

    /**
     * Makes the runtime, unless the cache has one of the very same parts.
     *
     * @throws IOException if the JDK has no {@code jlink}, a module is not there, or the rehearsal
     *     fails
     */
    public JavaRuntime build(Path cache) throws IOException {
      Path folder = cache.resolve("java-" + key());
      if (!FileTree.make(folder, this::make)) {
        progress.step("Java runtime: as it was built before");
      }
      return new JavaRuntime(folder);
    }

    private void make(Path folder) throws IOException {
      link(folder);
      List<String> classPath = new ArrayList<>();
      Path lib = Files.createDirectories(folder.resolve("lib"));
      for (Path jar : jars) {
        Path copy = lib.resolve(jar.getFileName());
        JarPacker.pack(jar, copy, this::isWanted);
        classPath.add("lib/" + jar.getFileName());
      }
      unpackNatives(folder);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.setLastModifiedTime(file, TIME);
        }
      }
      archive(folder, String.join(":", classPath));
    }

    private boolean isWanted(String entry) {
      return leftOut.stream().noneMatch(entry::startsWith)
          && (natives.isEmpty() || !JarPacker.isNative(entry));
    }

    private void unpackNatives(Path folder) throws IOException {
      for (Map.Entry<String, String> library : natives.entrySet()) {
        String prefix = library.getValue() + "-";
        Path jar =
            jars.stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new IOException("jar=" + library.getValue() + " is not there"));
        String entry = library.getKey();
        Path to = Files.createDirectories(folder.resolve("native"));
        JarPacker.extract(jar, entry, to.resolve(entry.substring(entry.lastIndexOf('/') + 1)));
      }
    }

    private void link(Path folder) throws IOException {
      Path home = Path.of(System.getProperty("java.home"));
      int version = Runtime.version().feature();
      ExternalProgram jlink =
          new ExternalProgram(
              home.resolve("bin/jlink").toString(),
              "run with a JDK, not a JRE (Debian: install the package openjdk-"
                  + version
                  + "-jdk-headless)");
      progress.step("linking a Java " + version + " runtime of " + String.join(", ", modules));
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--add-modules",
                  String.join(",", modules),
                  "--strip-java-debug-attributes",
                  "--no-header-files",
                  "--no-man-pages",
                  "--output",
                  folder.resolve("runtime").toString()));
      if (Files.isDirectory(home.resolve("jmods"))) {
        arguments.addAll(List.of("--module-path", home.resolve("jmods").toString()));
      }
      arguments.addAll(linkOptions);
      jlink.run(folder, arguments.toArray(String[]::new));
      strip(folder.resolve("runtime/lib"));
    }

    /** Symbols are a sixth of the JVM, and nothing in an image reads them. */
    private static void strip(Path libraries) throws IOException {
      ExternalProgram strip = new ExternalProgram("strip", "install the package binutils");
      if (!strip.exists()) {
        return;
      }
      try (Stream<Path> files = Files.walk(libraries)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".so")).toList()) {
          strip.run(libraries, "--strip-unneeded", file.toString());
        }
      }
    }

    private void archive(Path folder, String classPath) throws IOException {
      ExternalProgram java =
          new ExternalProgram(folder.resolve("runtime/bin/java").toString(), "jlink makes it");
      List<String> dump = new ArrayList<>(List.of("-Xshare:dump"));
      Path list = folder.resolve("classes.list");
      if (rehearsal != null) {
        progress.step("rehearsing, to see which classes are loaded");
        List<String> run = new ArrayList<>(List.of("-Xshare:off"));
        run.add("-XX:DumpLoadedClassList=" + list);
        run.addAll(rehearsal.options());
        List<String> all = new ArrayList<>(List.of(classPath));
        rehearsal.classPath().forEach(path -> all.add(path.toAbsolutePath().toString()));
        if (!natives.isEmpty()) {
          run.addAll(List.of("-Djava.library.path=native", "-Djna.boot.library.path=native"));
        }
        run.addAll(List.of("-cp", String.join(":", all), rehearsal.main()));
        java.run(folder, run.toArray(String[]::new));
        keepWanted(list);
        dump.add("-XX:SharedClassListFile=" + list);
      }
      String options = "-XX:SharedArchiveFile=classes.jsa\n";
      if (!classPath.isEmpty()) {
        options += "-cp " + classPath + "\n";
      }
      if (!natives.isEmpty()) {
        options += "-Djava.library.path=native\n";
        options += "-Djna.boot.library.path=native\n-Djna.nounpack=true\n";
      }
      Files.writeString(folder.resolve("options"), options);
      progress.step("archiving the classes");
      dump.add("@options");
      java.run(folder, dump.toArray(String[]::new));
      Files.deleteIfExists(list);
      // With "on", a JVM that does not take the archive ends instead of going on without.
      java.run(folder, "-Xshare:on", "@options", "-version");
    }

    /** Leaves out of the list of classes what is not to be archived. */
    private void keepWanted(Path list) throws IOException {
      List<String> kept =
          Files.readAllLines(list).stream()
              .filter(line -> rehearsal.notArchived().stream().noneMatch(line::contains))
              .toList();
      Files.write(list, kept);
    }

    private String key() throws IOException {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
      update(digest, Runtime.version() + System.getProperty("java.home"));
      update(digest, modules + " " + linkOptions + " " + natives + " " + leftOut);
      for (Path jar : jars) {
        update(digest, jar.getFileName().toString());
        digest.update(Files.readAllBytes(jar));
      }
      if (rehearsal != null) {
        update(
            digest, rehearsal.main() + " " + rehearsal.options() + " " + rehearsal.notArchived());
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void update(MessageDigest digest, String text) {
      digest.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
  }
}
