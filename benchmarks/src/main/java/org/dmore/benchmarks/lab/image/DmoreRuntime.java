package org.dmore.benchmarks.lab.image;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.dmore.benchmarks.lab.LabException;
import org.dmore.coordinator.image.JavaRuntime;
import org.dmore.coordinator.image.Progress;

/** {@code dmore} for dom0: a small Java runtime with the jars that this very program runs from. */
final class DmoreRuntime {
  private static final String[] MODULES = {
    "java.base",
    "java.desktop",
    "java.logging",
    "java.management",
    "java.naming",
    "java.sql",
    "java.xml",
    "jdk.crypto.ec",
    "jdk.unsupported",
  };

  /** For measuring here; nothing that runs in dom0. */
  private static final List<String> LEFT_OUT =
      List.of("jmh-core-", "commons-math3-", "jopt-simple-", "HdrHistogram-", "xchart-");

  private DmoreRuntime() {}

  /**
   * Makes it, or finds it in the cache.
   *
   * @return the folder, as {@link JavaRuntime} describes it
   */
  static Path build(Path cache, Progress progress) throws IOException {
    return JavaRuntime.builder(progress)
        .modules(MODULES)
        .jars(runningJars())
        .rehearsal(
            new JavaRuntime.Rehearsal(List.of(program()), Dom0Rehearsal.class.getName(), List.of()))
        .build(cache)
        .folder();
  }

  /** The jars of this very program that dom0 has a use for. */
  static List<Path> runningJars() throws IOException {
    return jars(program());
  }

  private static Path program() {
    String classPath = System.getProperty("java.class.path");
    return Path.of(classPath.split(File.pathSeparator, 2)[0]).toAbsolutePath();
  }

  /** The jars that a jar's manifest names, without those that dom0 has no use for. */
  static List<Path> jars(Path program) throws IOException {
    if (!Files.isRegularFile(program)) {
      throw new LabException(
          "classPath=" + program + " is not dmore's jar: start the lab with ./dmore lab up");
    }
    List<Path> jars = new ArrayList<>();
    try (JarFile jar = new JarFile(program.toFile())) {
      Manifest manifest = jar.getManifest();
      String names =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      for (String name : names == null ? new String[0] : names.split(" ", -1)) {
        Path file = program.toAbsolutePath().resolveSibling(name);
        if (LEFT_OUT.stream().noneMatch(file.getFileName().toString()::startsWith)) {
          jars.add(file);
        }
      }
    }
    return jars;
  }
}
