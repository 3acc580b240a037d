package org.dmore.coordinator.cli.vnc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.dmore.rfb.security.VncAuthentication;

/**
 * A password in the form that {@code vncpasswd} writes and {@code vncviewer -passwd} reads: DES
 * with a key that everybody knows, so that it cannot be read over a shoulder and no more. The file
 * is its owner's alone, and is removed when this is closed or the process ends.
 */
public final class VncPasswordFile implements AutoCloseable {
  /** TigerVNC, {@code common/rfb/obfuscate.cxx}. */
  private static final byte[] KEY = {23, 82, 107, 6, 35, 78, 88, 7};

  private static final int LENGTH = 8;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;

  private VncPasswordFile(Path path) {
    this.path = path;
  }

  /** Writes a password, of which the first 8 characters count. */
  public static VncPasswordFile write(String password) throws IOException {
    VncPasswordFile file = new VncPasswordFile(Files.createTempFile("dmore-", ".vnc", OWNER_ONLY));
    boolean written = false;
    try {
      file.path.toFile().deleteOnExit(); // Ctrl-C ends the process, too
      Files.write(file.path, obfuscated(password));
      written = true;
      return file;
    } finally {
      if (!written) {
        file.close();
      }
    }
  }

  static byte[] obfuscated(String password) {
    byte[] plain = password.getBytes(StandardCharsets.ISO_8859_1);
    // The same cipher as for a challenge, of one block.
    return VncAuthentication.response(KEY, Arrays.copyOf(plain, LENGTH));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
