package org.dmore.benchmarks.lab;

import java.io.IOException;

/** Something in the lab did not do what it was asked; the message says what and where to look. */
public class LabException extends IOException {
  /** With what went wrong, {@code name=value} for what matters, and what to do. */
  public LabException(String message) {
    super(message);
  }

  /** The same with what caused it. */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
