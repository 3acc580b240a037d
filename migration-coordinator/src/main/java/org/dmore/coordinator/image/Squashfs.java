package org.dmore.coordinator.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Packs files into a squashfs image, with the tool of Debian's package squashfs-tools, which is run
 * out of the cache and need not be installed.
 */
final class Squashfs {
  private static final String PROGRAM = "/usr/bin/mksquashfs";

  private final Sysroot tools;

  /** Fetches the tool. */
  Squashfs(DebianPackages packages) throws IOException {
    tools = packages.unpack(packages.withLibraries(List.of("squashfs-tools")));
  }

  /** Writes an image; the same files give the same bytes. */
  void pack(Initramfs files, Path image) throws IOException {
    Path folder = image.toAbsolutePath().getParent();
    Path tar = Files.createTempFile(folder, ".squashfs-", ".tar");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
        files.writeTar(out);
      }
      Files.deleteIfExists(image);
      String time = Long.toString(Initramfs.TIME);
      tools
          .program(PROGRAM)
          .withInput(tar)
          .run(
              folder,
              "-",
              image.toAbsolutePath().toString(),
              "-tar",
              "-quiet",
              "-no-progress",
              "-no-xattrs",
              "-comp",
              "xz",
              "-b",
              "256K",
              "-mkfs-time",
              time,
              "-all-time",
              time);
    } finally {
      Files.deleteIfExists(tar);
    }
  }
}
