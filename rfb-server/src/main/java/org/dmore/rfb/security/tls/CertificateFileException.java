package org.dmore.rfb.security.tls;

import java.io.IOException;

/** A certificate or key cannot be used; the message names the file and says what to do. */
public final class CertificateFileException extends IOException {
  private static final long serialVersionUID = 1;

  CertificateFileException(String message) {
    super(message);
  }

  CertificateFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
