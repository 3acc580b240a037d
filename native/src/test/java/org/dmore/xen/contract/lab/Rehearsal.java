package org.dmore.xen.contract.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import org.awaitility.Awaitility;
import org.dmore.xen.DomainId;

/**
 * Runs {@link ContractMain} where there is no Xen, so that each test fails at once, and loads what
 * the tests would have used: for an archive of classes, without which an emulated processor takes
 * minutes to load them.
 */
public final class Rehearsal {
  private static final String CLASS = ".class";

  private Rehearsal() {}

  /** Ends with status 0, although no test passes. */
  public static void main(String[] arguments)
      throws IOException, URISyntaxException, ClassNotFoundException {
    load(DomainId.class);
    load(ContractMain.class);
    int count = arguments.length;
    String text = String.valueOf(count);
    assertThat(count).isEqualTo(0);
    assertThat((long) count).isLessThan(1);
    assertThat(text.isEmpty()).isFalse();
    assertThat(text).isEqualTo("0").contains("0");
    assertThat(Optional.of(text)).contains("0");
    assertThat(List.of(text)).containsExactly("0").contains("0");
    assertThat(new byte[count]).isEqualTo(new byte[0]);
    assertThat(Duration.ZERO).isLessThan(Duration.ofSeconds(1));
    assertThatThrownBy(
            () -> {
              throw new IOException("meant");
            })
        .isInstanceOf(IOException.class);
    Awaitility.await().until(() -> count == 0);
    Awaitility.await().untilAsserted(() -> assertThat(text).isNotEmpty());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
    ContractMain.main(new String[] {"domain"});
  }

  /** Loads all that a class's jar has, dmore's own only. */
  private static void load(Class<?> inJar)
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path jar = Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String name : file.stream().map(entry -> entry.getName()).toList()) {
        if (name.endsWith(CLASS)
            && (name.startsWith("org/dmore/xen/lib/") || name.contains("/contract/"))
            && !name.endsWith("package-info.class")) {
          String type = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
          Class<?> unused = Class.forName(type, false, Rehearsal.class.getClassLoader());
        }
      }
    }
  }
}
