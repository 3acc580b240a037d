package org.dmore.coordinator.pair;

import org.dmore.coordinator.host.VmMigration;

/** Hears how a move goes, on the thread that carries it out. */
public interface MigrationListener {
  /** Hears nothing. */
  MigrationListener NONE = new MigrationListener() {};

  /** A step is about to be done; what this throws fails the step, as if it had failed by itself. */
  default void beginning(MigrationStep step) {}

  /** Bytes were copied, of the user VM or of DomR. */
  default void progress(MigrationStep step, VmMigration.Progress progress) {}

  /** The move was called off; both VMs go on at the source. */
  default void calledOff(MigrationStep step, String why) {}
}
