package org.dmore.coordinator.store;

/** The store cannot be reached, is busy, or has no room: nothing was done, and a retry may help. */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what, where, and what to do
   */
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
