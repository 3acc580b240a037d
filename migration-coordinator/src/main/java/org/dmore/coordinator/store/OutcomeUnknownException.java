package org.dmore.coordinator.store;

/**
 * A transaction was sent and no answer came: it may have been carried out, or may still be. Read
 * again before anything is done about it.
 */
public final class OutcomeUnknownException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what, where, and what to do
   */
  public OutcomeUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
