package org.dmore.benchmarks.video;

/** What the client asks for, beside CopyRect and LastRect, with no compression level. */
enum Encoding {
  /** No quality: nothing may be lost. */
  TIGHT("Tight", "tight"),
  /** JPEG where the server likes it. */
  TIGHT_QUALITY_6("Tight quality 6", "tight-quality-6"),
  /** Nothing is lost. */
  ZRLE("ZRLE", "zrle");

  private final String title;
  private final String argument;

  Encoding(String title, String argument) {
    this.title = title;
    this.argument = argument;
  }

  /** As tables and files name it. */
  String title() {
    return title;
  }

  /** As the client's program names it. */
  String argument() {
    return argument;
  }
}
