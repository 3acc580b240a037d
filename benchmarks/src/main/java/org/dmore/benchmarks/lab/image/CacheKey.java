package org.dmore.benchmarks.lab.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.dmore.coordinator.image.Sysroot;

/** What an image is made of, as a short hash: the same parts have the same key. */
final class CacheKey {
  private static final int SHOWN_BYTES = 8;

  private final MessageDigest digest;

  /**
   * Begins a key.
   *
   * @param recipe what is made and the version of how, to be raised when the program makes it
   *     differently from the same parts
   */
  CacheKey(String recipe) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    text(recipe);
  }

  CacheKey text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((byte) (bytes.length >>> 8));
    digest.update((byte) bytes.length);
    digest.update(bytes);
    return this;
  }

  /** Packages by name and version: their content is known by that. */
  CacheKey packages(Sysroot packages) {
    packages.roots().forEach(root -> text(root.getFileName().toString()));
    return this;
  }

  /** A file, or a folder with all that is in it: names, modes and content. */
  CacheKey files(Path top) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(top)) {
      all = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : all) {
      text(top.relativize(file) + (Files.isExecutable(file) ? " x" : ""));
      digest.update(digestOf(file));
    }
    return this;
  }

  /** The key in hexadecimal digits; ends it. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
  }

  private static byte[] digestOf(Path file) throws IOException {
    try {
      return MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
