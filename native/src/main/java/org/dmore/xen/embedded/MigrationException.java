package org.dmore.xen.embedded;

import java.io.IOException;

/** A migration did not take place; the domain goes on at its source. */
public class MigrationException extends IOException {
  private static final long serialVersionUID = 1L;

  public MigrationException(String message) {
    super(message);
  }

  public MigrationException(String message, Throwable cause) {
    super(message, cause);
  }
}
