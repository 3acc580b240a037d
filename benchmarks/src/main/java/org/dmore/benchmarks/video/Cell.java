package org.dmore.benchmarks.video;

/** What a server is asked for at a time: a sequence in an encoding. */
record Cell(Clip clip, Encoding encoding) {
  /** As tables and files name it. */
  String situation() {
    return clip.title() + ", " + encoding.title();
  }
}
