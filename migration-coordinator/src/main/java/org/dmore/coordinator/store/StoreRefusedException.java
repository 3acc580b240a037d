package org.dmore.coordinator.store;

/** The store refuses, or what it holds cannot be used: nothing was done, and a retry is no use. */
public sealed class StoreRefusedException extends StoreException permits DeposedException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what, where, and what to do
   */
  public StoreRefusedException(String message) {
    super(message, null);
  }

  /**
   * Makes one.
   *
   * @param message what, where, and what to do
   */
  public StoreRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
