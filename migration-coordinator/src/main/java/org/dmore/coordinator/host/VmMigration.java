package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.dmore.xen.DomainId;

/** One VM's live migration, under way. Thread-safe. */
public interface VmMigration {

  /**
   * How far it is.
   *
   * @param phase in words, for people
   * @param bytesDone bytes copied so far
   * @param bytesTotal bytes copied and known to remain
   * @param remaining what is expected until the VM is stopped, copied and paused at the destination
   */
  record Progress(String phase, long bytesDone, long bytesTotal, Duration remaining) {}

  /** How far it is now. */
  Progress progress();

  /** The VM's number at the destination, as soon as there is one. */
  Optional<DomainId> incomingId();

  /**
   * Waits until the VM stands suspended at the source and paused at the destination.
   *
   * @throws IOException if the migration failed or was called off; the VM goes on at the source
   * @throws TimeoutException if it takes longer; it goes on
   */
  void awaitLanded(Duration timeout) throws IOException, TimeoutException, InterruptedException;

  /** Makes the paused copy the VM and destroys the source's; there is no way back. */
  void complete();

  /** Calls it off wherever it stands; the VM goes on at the source. */
  void abort();

  /** How long the VM has stood still so far, or did in all; zero before it is stopped. */
  Duration standingStill();
}
