package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.machine.Tool;

/** The floor in C, compiled on this machine into a folder of its own, which goes with it. */
public final class FloorProgram implements AutoCloseable {
  private static final String SOURCE = "floor.c";

  /** Memory that is never written to a disk, which would take the page away for that time. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path folder;

  /** Compiles it. */
  FloorProgram() throws IOException, InterruptedException {
    String compiler = compiler().orElseThrow(() -> new IOException("cc is not found")).toString();
    folder = Files.createTempDirectory("dmore-floor");
    try (InputStream source = FloorProgram.class.getResourceAsStream("/c/" + SOURCE)) {
      Files.copy(source, folder.resolve(SOURCE));
      Tool.run(
          compiler,
          "-O2",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-pthread",
          "-o",
          program().toString(),
          folder.resolve(SOURCE).toString());
    } catch (IOException | RuntimeException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Whether it can be compiled here: Linux, and a C compiler. */
  public static boolean isAvailable() {
    return System.getProperty("os.name").equals("Linux") && compiler().isPresent();
  }

  /** What the compiler calls itself and its version; empty if there is none. */
  public static Optional<String> compilerVersion() throws IOException, InterruptedException {
    Optional<Path> compiler = compiler();
    return compiler.isEmpty()
        ? Optional.empty()
        : Tool.run(compiler.get().toString(), "--version").lines().findFirst();
  }

  /** The program. */
  Path program() {
    return folder.resolve("floor");
  }

  /** Makes the file of the page that client and program share; it is filled with zeros. */
  Path newPage(int length) throws IOException {
    Path page =
        Files.isWritable(SHARED_MEMORY)
            ? Files.createTempFile(SHARED_MEMORY, "dmore-floor", null)
            : Files.createTempFile(folder, "page", null);
    return Files.write(page, new byte[length]);
  }

  @Override
  public void close() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  private static Optional<Path> compiler() {
    return Optional.ofNullable(System.getenv("PATH")).flatMap(path -> Tool.find("cc", path));
  }
}
