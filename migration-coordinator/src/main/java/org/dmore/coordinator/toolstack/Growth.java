package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a VM grow at its destination: libxl tells nothing of a migration's progress, but the copy
 * gets its memory as the pages come. Asks on a thread of its own, so that looking costs nothing.
 * Thread-safe.
 */
final class Growth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Growth.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** The other host has more to do than to answer: it is left alone so much longer than it took. */
  private static final int RESPITE = 4;

  /** What is said before anything has grown: longer than anything that is waited for. */
  private static final Duration UNKNOWN = Duration.ofDays(1);

  private final long total;
  private final long began = System.nanoTime();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Optional<VmHost.IncomingVm> seen = Optional.empty();
  private volatile Duration remaining = UNKNOWN;

  /**
   * Begins to watch.
   *
   * @param total memory that the VM has, in bytes
   */
  Growth(VmHost destination, String vm, long total) {
    this.total = total;
    Thread thread = new Thread(() -> watch(destination, vm), "growth-of-" + vm);
    thread.setDaemon(true);
    thread.start();
  }

  private Growth(long total) {
    this.total = total;
    closed.set(true);
  }

  /** One that nobody watches: of a migration that a former leader began. */
  static Growth unwatched(long total) {
    return new Growth(total);
  }

  /** Its number there, once it has one. */
  Optional<DomainId> id() {
    return seen.map(VmHost.IncomingVm::id);
  }

  VmMigration.Progress progress(String phase) {
    long done = Math.min(total, seen.map(VmHost.IncomingVm::memoryBytes).orElse(0L));
    return new VmMigration.Progress(phase, done, total, remaining);
  }

  @Override
  public void close() {
    closed.set(true);
  }

  private void watch(VmHost destination, String vm) {
    while (!closed.get()) {
      long asked = System.nanoTime();
      try {
        Optional<VmHost.IncomingVm> now = destination.incoming(vm);
        if (now.isPresent()) {
          seen = now;
          long done = Math.min(total, now.get().memoryBytes());
          long took = System.nanoTime() - began;
          remaining =
              done == 0
                  ? UNKNOWN
                  : Duration.ofNanos((long) ((double) took / done * (total - done)));
        }
      } catch (IOException e) {
        LOG.debug("vm={} cannot be seen on host={}: {}", vm, destination.name(), e.getMessage());
      }
      try {
        long answerMillis = (System.nanoTime() - asked) / 1_000_000;
        Thread.sleep(Math.max(LOOK.toMillis(), RESPITE * answerMillis));
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
