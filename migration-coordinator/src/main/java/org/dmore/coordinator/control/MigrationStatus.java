package org.dmore.coordinator.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.pair.MigrationJournal;
import org.dmore.coordinator.store.record.MigrationRecord;

/**
 * How a move stands.
 *
 * @param migration what is known of it
 * @param progress how far it is, if it is under way and its leader was asked
 * @param journal its journal, if that was asked for
 */
public record MigrationStatus(
    MigrationRecord migration, Optional<Progress> progress, List<MigrationJournal.Entry> journal) {

  /**
   * How far a move is.
   *
   * @param words what is being done
   * @param bytesDone bytes copied of the VM that is being copied
   * @param bytesTotal bytes to copy of it
   * @param held input events that wait for the guest
   * @param running how long it has been under way
   */
  public record Progress(
      String words, long bytesDone, long bytesTotal, long held, Duration running) {}
}
