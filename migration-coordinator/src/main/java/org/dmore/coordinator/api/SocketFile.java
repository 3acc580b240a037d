package org.dmore.coordinator.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * The file of a Unix socket. It is bound under another name and moved to its own, so that nobody
 * ever finds it with the wrong mode, and one that a dead process left is replaced at once.
 */
final class SocketFile {
  /** What the system takes: {@code sun_path} of {@code sys/un.h}, and its end. */
  private static final int MAX_PATH = 107;

  private static final String MODE = "rw-rw----";

  private final Path file;
  private final Path fresh;
  private Object key = "";

  SocketFile(Path file) {
    this.file = file;
    this.fresh =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
  }

  /**
   * Where to bind.
   *
   * @throws IOException if the socket is somebody's who lives, or no socket can be there
   */
  Path prepare() throws IOException {
    if (fresh.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_PATH) {
      throw new IOException(
          "socket=%s is too long a path for a Unix socket: take one of %d bytes or less"
              .formatted(file, MAX_PATH - fresh.toString().length() + file.toString().length()));
    }
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "folder");
    if (!Files.isDirectory(folder)) {
      throw new IOException("folder=" + folder + " of the socket does not exist: create it");
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      checkDead();
    }
    Files.deleteIfExists(fresh);
    return fresh;
  }

  private void checkDead() throws IOException {
    if (!attributes(file).isOther()) {
      throw new IOException("socket=" + file + " is a file and no socket: move it out of the way");
    }
    try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
      throw new IOException(
          "socket=%s is another hostd's that runs (connected=%s): stop that first"
              .formatted(file, other.isConnected()));
    } catch (ConnectException e) {
      return; // nobody listens
    }
  }

  /** Puts what is bound to its place. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(MODE));
    key = attributes(fresh).fileKey();
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes it, unless it is another's by now. */
  void remove() throws IOException {
    Files.deleteIfExists(fresh);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && attributes(file).fileKey().equals(key)) {
      Files.delete(file);
    }
  }

  private static BasicFileAttributes attributes(Path of) throws IOException {
    return Files.readAttributes(of, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
