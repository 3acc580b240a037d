package org.dmore.coordinator.cli.hostd;

import org.dmore.coordinator.control.MigrationStatus;

/** How a move that is waited for is shown: to people, or as JSON to programs. */
interface MigrationOutput {
  /** It has begun. */
  void begun(MigrationStatus status);

  /** It was looked at; shown if anything is new. */
  void progress(MigrationStatus status);

  /** It is over. */
  void ended(MigrationStatus status);

  /** It goes on, and nobody waits for it any more. */
  void left(String id);
}
