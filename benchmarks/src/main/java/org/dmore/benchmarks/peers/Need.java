package org.dmore.benchmarks.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.dmore.benchmarks.lab.machine.Tool;

/**
 * Something that must be installed.
 *
 * @param what a program that is on the PATH, or a file by its absolute path
 * @param debianPackage that has it
 */
public record Need(String what, String debianPackage) {
  /** To make programs of C. */
  public static final Need COMPILER = program("cc", "gcc");

  /** The C library's headers. */
  public static final Need HEADERS = file("/usr/include/stdio.h", "libc6-dev");

  /** To make a program with libvncserver. */
  public static final Need LIBVNCSERVER = file("/usr/include/rfb/rfb.h", "libvncserver-dev");

  /** A program that is on the PATH. */
  static Need program(String name, String debianPackage) {
    return new Need(name, debianPackage);
  }

  /** A file by its absolute path. */
  public static Need file(String path, String debianPackage) {
    return new Need(path, debianPackage);
  }

  /** Says that it is not there, and how to get it. */
  public Optional<String> missing() {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    boolean there =
        what.startsWith("/") ? Files.exists(Path.of(what)) : Tool.find(what, path).isPresent();
    return there
        ? Optional.empty()
        : Optional.of(what + " is not installed: apt-get install " + debianPackage);
  }
}
