package org.dmore.coordinator.toolstack;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * Notices when a toolstack asks a guest to suspend for its move ({@code control/shutdown} of its
 * xenstore directory, libxl's way to ask a guest without a suspend event channel), and counts how
 * long it stands still from then on. Thread-safe.
 */
final class Suspension implements AutoCloseable {
  private static final long NOT_YET = 0;

  private final AtomicLong asked = new AtomicLong(NOT_YET);
  private final AtomicLong runs = new AtomicLong(NOT_YET);
  private final AtomicBoolean registered = new AtomicBoolean();
  private final XenStore.Watch watch;

  Suspension(XenStore store, DomainId domain) throws XenException {
    String node = "/local/domain/" + domain + "/control/shutdown";
    this.watch = store.watch(node, path -> changed());
  }

  /** How long the guest has stood still so far, or did in all; zero before it was asked to. */
  Duration soFar() {
    long start = asked.get();
    long end = runs.get();
    return start == NOT_YET
        ? Duration.ZERO
        : Duration.ofNanos((end == NOT_YET ? System.nanoTime() : end) - start);
  }

  /** The guest runs again. */
  void over() {
    runs.compareAndSet(NOT_YET, System.nanoTime());
    close();
  }

  @Override
  public void close() {
    watch.close();
  }

  /** The guest takes the word away at once: it need not stand there any more when this looks. */
  private void changed() {
    if (registered.getAndSet(true)) {
      asked.compareAndSet(NOT_YET, System.nanoTime());
    }
  }
}
