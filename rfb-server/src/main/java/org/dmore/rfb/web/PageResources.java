package org.dmore.rfb.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the browser's client: a page of our own and noVNC, which the build puts beside it
 * unchanged if it has npm. All are read when this is made, and what is not in that list cannot be
 * asked for, however a path is spelled. Immutable.
 */
public final class PageResources {

  /**
   * A file.
   *
   * @param plain its bytes; as with the next, to be duplicated, never released
   * @param gzip the same, compressed; empty where that gains nothing
   * @param etag changes with its content
   */
  record Resource(String type, ByteBuf plain, Optional<ByteBuf> gzip, String etag) {}

  /** Written by the build: the names of noVNC's files, one a line. */
  private static final String NOVNC_INDEX = "novnc/index.txt";

  private static final List<String> OWN =
      List.of("page/index.html", "page/console.css", "page/console.js", "page/icon.svg");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8");

  private final Map<String, Resource> resources;

  private PageResources(Map<String, Resource> resources) {
    this.resources = resources;
  }

  /** No page. */
  static PageResources none() {
    return new PageResources(Map.of());
  }

  /** Reads the files; none if this build has no noVNC. */
  static PageResources load() {
    try {
      Optional<byte[]> index = read(NOVNC_INDEX);
      if (index.isEmpty()) {
        return none();
      }
      Map<String, Resource> found = new HashMap<>();
      for (String name : OWN) {
        byte[] content =
            read(name).orElseThrow(() -> new IllegalStateException("file=" + name + " is missing"));
        found.put(name.substring("page".length()), resource(name, content));
      }
      found.put("/", found.get("/index.html"));
      for (String name : new String(index.get(), StandardCharsets.UTF_8).lines().toList()) {
        byte[] content =
            read("novnc/" + name)
                .orElseThrow(() -> new IllegalStateException("noVNC's " + name + " is missing"));
        found.put("/novnc/" + name, resource(name, content));
      }
      return new PageResources(Map.copyOf(found));
    } catch (IOException e) {
      throw new UncheckedIOException("the page's files cannot be read", e);
    }
  }

  /** Whether this build has the browser's client. */
  public static boolean isThere() {
    return PageResources.class.getResource(NOVNC_INDEX) != null;
  }

  /** The file at a path, without decoding anything in it. */
  Optional<Resource> at(String path) {
    return Optional.ofNullable(resources.get(path));
  }

  private static Optional<byte[]> read(String name) throws IOException {
    try (InputStream in = PageResources.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private static Resource resource(String name, byte[] content) throws IOException {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    Optional<ByteBuf> gzip =
        compressed.size() < content.length
            ? Optional.of(shared(compressed.toByteArray()))
            : Optional.empty();
    return new Resource(
        TYPES.getOrDefault(extension, TYPES.get("txt")), shared(content), gzip, etag(content));
  }

  private static ByteBuf shared(byte[] content) {
    return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(content).asReadOnly());
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
