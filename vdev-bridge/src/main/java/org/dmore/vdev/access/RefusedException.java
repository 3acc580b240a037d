package org.dmore.vdev.access;

import java.util.Optional;

/** A credential does not let in. Its message is for logs and not for whoever tried. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;
  private final transient Optional<String> id;

  RefusedException(Refusal refusal, Optional<String> id) {
    super(refusal.text());
    this.refusal = refusal;
    this.id = id;
  }

  /** Why. */
  public Refusal refusal() {
    return refusal;
  }

  /** The credential's id; empty if it could be anyone's invention. */
  public Optional<String> id() {
    return id;
  }

  /** Attempts are many, and where they fail is no secret: no stack is walked for one. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
