package org.dmore.benchmarks.rig;

import java.io.IOException;

/** A client that sends keys, and the other end, where they are counted. */
public interface TripRig extends AutoCloseable {
  /** The end that sends. */
  KeyClient client();

  /** The end that counts. */
  KeyCount keys();

  @Override
  void close() throws IOException;
}
