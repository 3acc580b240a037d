package org.dmore.coordinator.demo;

import java.time.Duration;
import org.dmore.coordinator.pair.MigrationSettings;

/** Bounds for tests that are not about the bounds. */
final class PatientMigration {
  /** A busy machine may keep a user VM waiting for longer than an operator would. */
  static final MigrationSettings SETTINGS =
      MigrationSettings.DEFAULT.withPausedBound(Duration.ofSeconds(20));

  private PatientMigration() {}
}
