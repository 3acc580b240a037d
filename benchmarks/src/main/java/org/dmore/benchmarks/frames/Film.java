package org.dmore.benchmarks.frames;

/** Frames that follow each other; used by one thread. */
@FunctionalInterface
public interface Film {
  /** Paints the next one, which holds until the one after it is painted. */
  Frame next();
}
