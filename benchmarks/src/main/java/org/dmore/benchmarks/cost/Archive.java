package org.dmore.benchmarks.cost;

/** Which classes a JVM finds prepared when it starts (class-data sharing). */
enum Archive {
  /** Those that consoled loads, as in DomR's image. */
  DOM_R("DomR's class archive"),
  /** Those of the list that each JDK comes with. */
  JDK("the JDK's class archive"),
  /** None. */
  NONE("no class archive");

  private final String title;

  Archive(String title) {
    this.title = title;
  }

  /** As a result calls it. */
  String title() {
    return title;
  }
}
