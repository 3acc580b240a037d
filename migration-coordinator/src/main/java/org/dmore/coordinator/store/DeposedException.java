package org.dmore.coordinator.store;

/** The role under which something was to be done is no longer held: nothing was done. */
public final class DeposedException extends StoreRefusedException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message which role, and who has it if that is known
   */
  public DeposedException(String message) {
    super(message);
  }
}
