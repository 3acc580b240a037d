package org.dmore.coordinator.image;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Folders as a whole. */
public final class FileTree {
  /** What puts something into a folder. */
  @FunctionalInterface
  public interface Filler {
    void fill(Path folder) throws IOException;
  }

  private FileTree() {}

  /** Deletes a folder and what is in it; nothing if it is not there. Follows no links. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Makes a folder that is either complete or not there: it is filled under another name first. One
   * that is there stays as it is; of two builds at a time, one wins.
   *
   * @return whether it was made now
   */
  public static boolean make(Path folder, Filler filler) throws IOException {
    if (Files.isDirectory(folder)) {
      return false;
    }
    Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
    Path unfinished = Files.createTempDirectory(parent, ".unfinished-");
    try {
      filler.fill(unfinished);
      Files.setPosixFilePermissions(
          unfinished, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    } finally {
      delete(unfinished);
    }
    return true;
  }
}
