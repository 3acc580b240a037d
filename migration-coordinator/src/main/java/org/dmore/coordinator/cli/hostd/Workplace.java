package org.dmore.coordinator.cli.hostd;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What commands find around them.
 *
 * @param source opens the way to a {@code hostd}
 * @param statusLine where progress is drawn
 * @param interval between two looks at what is under way
 * @param patience how long a {@code hostd} may be silent while something is waited for
 * @param input standard input
 * @param searchPath folders with programs
 */
public record Workplace(
    HostdSource source,
    StatusLine statusLine,
    Duration interval,
    Duration patience,
    InputStream input,
    List<Path> searchPath) {

  /** This process's. */
  public static Workplace ofProcess(HostdSource source) {
    String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    return new Workplace(
        source,
        StatusLine.ofProcess(),
        Duration.ofMillis(200),
        Duration.ofSeconds(30),
        System.in,
        List.of(path.split(":", -1)).stream()
            .filter(name -> !name.isEmpty())
            .map(Path::of)
            .toList());
  }
}
