package org.dmore.coordinator.image;

import java.io.PrintWriter;

/** Hears what a build is doing, a short line a step; called on the thread that builds. */
@FunctionalInterface
public interface Progress {
  /** A step begins, or is found done already. */
  void step(String text);

  /** Writes each step as a line, at once. */
  static Progress to(PrintWriter out) {
    return text -> {
      out.println("  " + text);
      out.flush();
    };
  }

  /** Tells nobody. */
  static Progress none() {
    return text -> {};
  }
}
