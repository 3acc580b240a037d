package org.dmore.benchmarks.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/** A drawn figure. */
final class Plot {
  private final String name;
  private final String title;
  private final byte[] png;

  /**
   * Makes one.
   *
   * @param name of its file, without an ending: lower case, digits and hyphens
   * @param title what it shows, and the unit
   * @param png the image
   */
  Plot(String name, String title, byte[] png) {
    this.name = name;
    this.title = title;
    this.png = png.clone();
  }

  /** A file's name of words. */
  static String name(String... words) {
    return String.join("-", words)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  /** What it shows, and the unit. */
  String title() {
    return title;
  }

  /** The image as an address that has all of it. */
  String dataUri() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  /** Writes the image into a folder, and tells its file. */
  Path write(Path folder) throws IOException {
    return Files.write(folder.resolve(name + ".png"), png);
  }
}
