package org.dmore.benchmarks.peers;

/** What is measured of a server. */
public enum Situation {
  /** From a key's being written to the application's answer; all sleep before the key comes. */
  KEY_AT_REST("key, at rest"),
  /** The same, with the next key when the last one is answered. */
  KEY_BACK_TO_BACK("key, back to back"),
  /** From a key's being written to the end of the update that shows what the application drew. */
  KEY_TO_PIXEL("key to pixel");

  private final String title;

  Situation(String title) {
    this.title = title;
  }

  /** As tables and files name it. */
  public String title() {
    return title;
  }
}
