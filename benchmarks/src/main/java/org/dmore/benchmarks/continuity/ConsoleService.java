package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.vdev.service.Consoled;

/** A guest on one of two hosts, and whatever serves its console. Moved by one thread. */
interface ConsoleService extends AutoCloseable {
  /** Where a client that has no connection connects now. Thread-safe. */
  InetSocketAddress address();

  /** The guest. */
  EmbeddedGuest guest();

  /** The daemon that serves the guest now. */
  Consoled consoled();

  /**
   * Moves the guest to the other host, and waits until its console is connected there.
   *
   * @throws IOException if it did not move
   */
  MoveTimes move() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
