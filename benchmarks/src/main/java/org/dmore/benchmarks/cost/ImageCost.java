package org.dmore.benchmarks.cost;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.coordinator.image.DomRImage;
import org.dmore.coordinator.image.Progress;

/** Builds DomR's image, and tells what is in it and how large. */
public final class ImageCost {
  /** The subject of its rows. */
  public static final String SUBJECT = "DomR's image";

  private static final String SIZE = "size_bytes";

  private final DomRImage.Image image;
  private final Path cache;
  private final List<ResultFile.Row> rows = new ArrayList<>();

  private ImageCost(DomRImage.Image image, Path cache) {
    this.image = image;
    this.cache = cache;
  }

  /**
   * Builds the image.
   *
   * @param cache where packages and the Java runtime are kept
   * @param folder for the image
   */
  public static ImageCost build(Path cache, Path folder, Progress progress) throws IOException {
    ImageCost cost = new ImageCost(new DomRImage(cache, progress).build(folder, List.of()), cache);
    cost.measure();
    return cost;
  }

  /** One row for each file, with its size as it is and packed by gzip, and one for each part. */
  public List<ResultFile.Row> rows() {
    return List.copyOf(rows);
  }

  private void measure() throws IOException {
    file("kernel", image.kernel());
    file("initramfs", image.initrd());
    part("unpacked at boot", image.unpacked());
    part("stays compressed", image.seldom());
    image.parts().forEach(this::part);
  }

  private void file(String name, Path file) throws IOException {
    Counter packed = new Counter();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      Files.copy(file, gzip);
    }
    rows.add(
        ResultFile.Row.of(
            SUBJECT,
            name,
            Map.of(SIZE, (double) Files.size(file), "gzip_bytes", (double) packed.bytes)));
  }

  private void part(String name, long bytes) {
    rows.add(ResultFile.Row.of(SUBJECT, name, Map.of(SIZE, (double) bytes)));
  }

  /**
   * The Java runtime that the image was made with: the one in the cache whose parts are the
   * image's, by their sizes; the newest if several are.
   */
  public Path runtime() throws IOException {
    try (Stream<Path> folders = Files.list(cache)) {
      List<Path> found = new ArrayList<>();
      for (Path folder : folders.toList()) {
        if (folder.getFileName().toString().startsWith("java-") && isOfImage(folder)) {
          found.add(folder);
        }
      }
      return found.stream()
          .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()))
          .orElseThrow(() -> new IOException("the image's Java runtime is not in " + cache));
    }
  }

  private boolean isOfImage(Path folder) throws IOException {
    return size(folder.resolve("classes.jsa")) == image.parts().get("class archive")
        && size(folder.resolve("runtime/lib/modules")) == image.parts().get("JDK's modules")
        && size(folder.resolve("lib")) == image.parts().get("jars");
  }

  private static long size(Path place) throws IOException {
    if (!Files.exists(place)) {
      return -1;
    }
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int octet) {
      bytes++;
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
      bytes += length;
    }
  }
}
