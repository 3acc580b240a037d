package org.dmore.benchmarks.peers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dmore.benchmarks.lab.machine.Tool;

/**
 * A folder for the programs that are made of this module's sources, as long as it is open; the end
 * of this JVM closes it too.
 */
public final class Workshop implements AutoCloseable {
  private static final List<String> C =
      List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror");

  private final Path folder;
  private final Map<String, Path> made = new HashMap<>();
  private final Thread deleteWithJvm = new Thread(this::deleteQuietly, "workshop-end");

  /** Makes the folder. */
  public Workshop() throws IOException {
    folder = Files.createTempDirectory("dmore-peers");
    Runtime.getRuntime().addShutdownHook(deleteWithJvm);
  }

  /** A file that is not there yet. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /**
   * Makes a program of a C source, once.
   *
   * @param name of the source, without its ending
   * @param libraries that it needs, as the linker's options
   */
  public Path program(String name, String... libraries) throws IOException, InterruptedException {
    Path program = made.get(name);
    if (program == null) {
      program = file(name);
      List<String> command = new ArrayList<>(C);
      command.addAll(List.of("-o", program.toString(), source(name + ".c").toString()));
      command.addAll(List.of(libraries));
      Tool.run(command.toArray(String[]::new));
      made.put(name, program);
    }
    return program;
  }

  /** Makes a boot sector of an assembler's source, once. */
  Path bootSector(String name) throws IOException, InterruptedException {
    Path image = made.get(name);
    if (image == null) {
      image = file(name + ".img");
      String object = file(name + ".o").toString();
      Tool.run("cc", "-c", "-m32", "-o", object, source(name + ".S").toString());
      Tool.run(
          "ld",
          "-m",
          "elf_i386",
          "-Ttext=0x7c00",
          "--oformat=binary",
          "-e",
          "_start",
          "-o",
          image.toString(),
          object);
      made.put(name, image);
    }
    return image;
  }

  /** A port on the loopback that nobody listens at; a server that takes it soon will have it. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path source(String name) throws IOException {
    Path copy = file(name);
    try (InputStream in = Workshop.class.getResourceAsStream("/c/" + name)) {
      if (in == null) {
        throw new FileNotFoundException("resource=" + name + " is not in the module's jar");
      }
      Files.copy(in, copy);
    }
    return copy;
  }

  @Override
  public void close() throws IOException {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(deleteWithJvm);
    } catch (IllegalStateException e) {
      // the JVM ends already
    }
  }

  private void deleteQuietly() {
    try {
      delete();
    } catch (IOException | UncheckedIOException e) {
      // a program that has not ended yet may have written: the system clears its temporary files
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
