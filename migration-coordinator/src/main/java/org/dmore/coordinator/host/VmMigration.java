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
  record Progress(String phase, long bytesDone, long bytesTotal, Duration remaining) {
    /** That of two together: the phase is that of the one which takes longer. */
    public Progress with(Progress other) {
      boolean longer = remaining.compareTo(other.remaining) >= 0;
      return new Progress(
          longer ? phase : other.phase,
          bytesDone + other.bytesDone,
          bytesTotal + other.bytesTotal,
          longer ? remaining : other.remaining);
    }
  }

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

  /**
   * Whether the toolstack makes the paused copy the VM by itself when it lands, and destroys the
   * source's: as libvirt does. Then landing is what {@link #complete} is otherwise, and {@link
   * #abort} comes too late once it has landed.
   */
  default boolean landsForGood() {
    return false;
  }

  /**
   * Makes the paused copy the VM and destroys the source's; there is no way back.
   *
   * @throws IOException if that is not certain: whoever recovers looks where the VM is
   */
  void complete() throws IOException, InterruptedException;

  /**
   * Calls it off wherever it stands; the VM goes on at the source when this returns.
   *
   * @throws IOException if it has landed for good, or it is not certain that the VM goes on
   */
  void abort() throws IOException, InterruptedException;

  /** To be told by whoever let the VM run, at either end: it stands still no longer. */
  default void runsAgain() {}

  /** How long the VM has stood still so far, or did in all; zero before it is stopped. */
  Duration standingStill();
}
