package org.dmore.coordinator.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar without what a runtime image does not need: native libraries (they are put beside
 * it, so that none is unpacked at run time), signatures and checksums (the archive of classes takes
 * none from a signed jar), and classes for other versions of Java. Entries are sorted, not
 * compressed since the file system is, and carry one time.
 */
final class JarPacker {
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/(\\d+)/(.+)");
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private JarPacker() {}

  /** Whether an entry is a native library. */
  static boolean isNative(String name) {
    return name.matches("(?i).*\\.(so|dll|jnilib|dylib|a)");
  }

  /** Whether an entry is left out of any jar. */
  private static boolean isLeftOut(String name) {
    return name.matches("(?i)META-INF/[^/]*\\.(SF|RSA|DSA|EC)")
        || name.equals("META-INF/INDEX.LIST")
        || name.equals(MANIFEST)
        || name.startsWith("META-INF/maven/")
        || name.startsWith("META-INF/native-image/")
        || name.endsWith("module-info.class")
        || name.endsWith("/");
  }

  /**
   * Copies a jar.
   *
   * @param wanted which entries are taken of those that make sense in an image
   */
  static void pack(Path jar, Path copy, Predicate<String> wanted) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(copy);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.setMethod(ZipOutputStream.STORED);
      Manifest manifest = manifest(in);
      write(MANIFEST, bytes(manifest), out); // first, where JarInputStream looks for it
      for (Map.Entry<String, ZipEntry> entry : entries(in).entrySet()) {
        if (wanted.test(entry.getKey())) {
          try (InputStream content = in.getInputStream(entry.getValue())) {
            write(entry.getKey(), content.readAllBytes(), out);
          }
        }
      }
    }
  }

  /** What is taken of a jar, by the name that it has for the running version of Java. */
  private static Map<String, ZipEntry> entries(ZipFile jar) {
    Map<String, ZipEntry> entries = new TreeMap<>();
    Map<String, Integer> versions = new TreeMap<>();
    jar.stream()
        .forEach(
            entry -> {
              Matcher versioned = VERSIONED.matcher(entry.getName());
              boolean is = versioned.matches();
              String name = is ? versioned.group(2) : entry.getName();
              int version = is ? Integer.parseInt(versioned.group(1)) : 0;
              if (!isLeftOut(name)
                  && version <= Runtime.version().feature()
                  && version >= versions.getOrDefault(name, 0)) {
                entries.put(name, entry);
                versions.put(name, version);
              }
            });
    return entries;
  }

  /** The main part of a jar's manifest; the rest are checksums. */
  private static Manifest manifest(ZipFile jar) throws IOException {
    Manifest manifest = new Manifest();
    ZipEntry entry = jar.getEntry(MANIFEST);
    if (entry != null) {
      try (InputStream in = jar.getInputStream(entry)) {
        manifest.getMainAttributes().putAll(new Manifest(in).getMainAttributes());
      }
    }
    manifest.getMainAttributes().remove(new Attributes.Name("Multi-Release"));
    manifest.getMainAttributes().remove(Attributes.Name.CLASS_PATH);
    manifest.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
    return manifest;
  }

  private static byte[] bytes(Manifest manifest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static void write(String name, byte[] content, ZipOutputStream out) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry stored = new ZipEntry(name);
    stored.setSize(content.length);
    stored.setCrc(sum.getValue());
    stored.setTimeLocal(LocalDateTime.ofEpochSecond(Initramfs.TIME, 0, ZoneOffset.UTC));
    out.putNextEntry(stored);
    out.write(content);
    out.closeEntry();
  }

  /**
   * Takes a file out of a jar.
   *
   * @throws IOException if it is not in it
   */
  static void extract(Path jar, String name, Path file) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile())) {
      ZipEntry entry = in.getEntry(name);
      if (entry == null) {
        throw new IOException("file=" + name + " is not in jar=" + jar.getFileName());
      }
      try (var stream = in.getInputStream(entry)) {
        Files.write(file, stream.readAllBytes());
      }
    }
  }
}
