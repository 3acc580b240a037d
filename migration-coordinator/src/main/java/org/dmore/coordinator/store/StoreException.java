package org.dmore.coordinator.store;

import java.io.IOException;

/**
 * The store did not do what it was asked. The kinds tell what is known: {@link
 * StoreUnavailableException}: it was not done, try again; {@link StoreRefusedException}: it was not
 * done, and trying again does not help; {@link OutcomeUnknownException}: it may have been done.
 */
public abstract sealed class StoreException extends IOException
    permits StoreUnavailableException, StoreRefusedException, OutcomeUnknownException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
