package org.dmore.coordinator.image;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.dmore.vdev.service.ConsoledMain;

/** consoled's jars, found among those of the running program. */
final class ConsoledJars {
  /** The names of the jars that consoled needs, as the build wrote them beside it. */
  private static final String NAMES = "class-path";

  /** Metrics in a binary form, which is not offered; the text's writer does without. */
  private static final String PROTOBUF = "prometheus-metrics-exposition-formats-";

  private ConsoledJars() {}

  /**
   * The jars, consoled's own first.
   *
   * @throws IOException if one is not there, or this program runs from folders of classes
   */
  static List<Path> find() throws IOException {
    Map<String, Path> present = new LinkedHashMap<>();
    for (Path jar : running()) {
      present.putIfAbsent(jar.getFileName().toString(), jar);
    }
    List<Path> jars = new ArrayList<>(List.of(own()));
    for (String name : names()) {
      if (isForOtherMachines(name) || name.startsWith(PROTOBUF)) {
        continue;
      }
      Path jar = present.get(name);
      if (jar == null) {
        throw new IOException(
            "jar=" + name + " is not on the class path: start this with the dmore script");
      }
      jars.add(jar);
    }
    return jars;
  }

  /**
   * What the rehearsal needs besides: all but a second logging back end, and but consoled's own
   * jars as they were before anything was left out of them, so that what is missed is missed there.
   */
  static List<Path> rehearsal() throws IOException {
    Set<Path> own = find().stream().map(Path::getFileName).collect(Collectors.toSet());
    return running().stream()
        .filter(jar -> !own.contains(jar.getFileName()))
        .filter(jar -> !jar.getFileName().toString().startsWith("logback-"))
        .toList();
  }

  /** The jars of the running program: those of its class path, and those that these name. */
  static List<Path> running() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(element).toAbsolutePath();
      if (!element.endsWith(".jar") || !Files.isRegularFile(path)) {
        continue;
      }
      all.add(path);
      try (JarFile jar = new JarFile(path.toFile())) {
        String more =
            jar.getManifest() == null
                ? null
                : jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        if (more != null) {
          for (String name : more.split(" +", -1)) {
            Path other = Path.of(path.toUri().resolve(name));
            if (Files.isRegularFile(other)) {
              all.add(other);
            }
          }
        }
      }
    }
    return all;
  }

  private static Path own() throws IOException {
    try {
      URI place = ConsoledMain.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path jar = Path.of(place);
      if (!Files.isRegularFile(jar)) {
        throw new IOException(
            "consoled is not in a jar but in " + jar + ": start this with the dmore script");
      }
      return jar;
    } catch (URISyntaxException e) {
      throw new IOException("consoled's jar has no proper path: " + e.getMessage(), e);
    }
  }

  private static List<String> names() throws IOException {
    try (InputStream in = ConsoledMain.class.getResourceAsStream(NAMES)) {
      if (in == null) {
        throw new IOException("consoled's jar has no list of jars: build it with mvn package");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return List.of(text.split(":", -1)).stream()
          .map(path -> path.substring(path.lastIndexOf('/') + 1))
          .toList();
    }
  }

  private static boolean isForOtherMachines(String name) {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    return name.contains(arm ? "linux-x86_64" : "linux-aarch_64");
  }
}
