package org.dmore.benchmarks.lab;

/**
 * A host or a guest did not boot: the emulator's failure and not that of what is tested. {@code
 * dmore lab} ends with status 3 for it, so that whoever runs it may try once more.
 */
public final class BootException extends LabException {
  /** With who did not boot, how long it was given, and where its log is. */
  public BootException(String message) {
    super(message);
  }

  /** The same with what caused it. */
  public BootException(String message, Throwable cause) {
    super(message, cause);
  }
}
