package org.dmore.vdev.audit;

/** Where lines of the audit go. Thread-safe; must not block. */
@FunctionalInterface
public interface AuditSink {
  /**
   * Takes a line, without its end.
   *
   * @return false if there was no room for it: it is lost
   */
  boolean write(String line);

  /** Takes lines and forgets them. */
  static AuditSink none() {
    return line -> true;
  }
}
