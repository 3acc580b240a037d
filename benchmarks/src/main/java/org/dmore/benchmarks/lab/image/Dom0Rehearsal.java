package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.dmore.coordinator.cli.Main;
import org.dmore.xen.DomainId;

/**
 * Loads the classes that {@code dmore} needs in dom0, so that they are archived: under emulation,
 * reading them from jars takes a minute. {@code dmore attach} gets as far as it can where there is
 * no Xen; what comes after that is loaded by name.
 */
public final class Dom0Rehearsal {
  private static final List<String> PACKAGES =
      List.of("org/dmore/coordinator/host/", "org/dmore/coordinator/toolstack/", "org/dmore/xen/");
  private static final String NOT_LOADED = "org/dmore/xen/embedded/";
  private static final String CLASS = ".class";

  private Dom0Rehearsal() {}

  /** Ends with status 0, although the command cannot. */
  public static void main(String[] arguments) throws IOException, URISyntaxException {
    load(DomainId.class);
    load(Main.class);
    HostdRehearsal.run();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
    String nobody = "no-such-domain";
    Main.main(new String[] {"attach", "--once", "--domr", nobody, "--domu", nobody});
  }

  /** Loads what a class's jar has of the packages. */
  private static void load(Class<?> inJar) throws IOException, URISyntaxException {
    Path jar = Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile());
        Stream<String> names = file.stream().map(entry -> entry.getName())) {
      for (String name : names.filter(Dom0Rehearsal::isWanted).toList()) {
        String type = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
        Class<?> unused = Class.forName(type, false, Dom0Rehearsal.class.getClassLoader());
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class that stands in the jar can be loaded", e);
    }
  }

  private static boolean isWanted(String name) {
    return name.endsWith(CLASS)
        && !name.endsWith("package-info.class")
        && !name.startsWith(NOT_LOADED)
        && PACKAGES.stream().anyMatch(name::startsWith);
  }
}
