package org.dmore.xen;

import java.io.IOException;

/** A hypervisor interface refused a call; {@link #errno()} tells which refusal it was. */
public class XenException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  public XenException(Errno errno, String message) {
    super(message + " (" + errno + ")");
    this.errno = errno;
  }

  /** Which error the interface reported. */
  public Errno errno() {
    return errno;
  }
}
