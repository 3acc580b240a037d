package org.dmore.coordinator.pair;

import java.io.IOException;

/** A paired migration did not come to its end; the message says where both VMs are now. */
public final class MigrationFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final MigrationStep step;

  MigrationFailedException(MigrationStep step, String message, Throwable cause) {
    super(message, cause);
    this.step = step;
  }

  /** The step that failed. */
  public MigrationStep step() {
    return step;
  }
}
