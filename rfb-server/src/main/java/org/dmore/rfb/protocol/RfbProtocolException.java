package org.dmore.rfb.protocol;

/**
 * The peer sent what RFB, or a limit of this server, does not allow. The message says what, with
 * {@code name=value}. It has no stack trace: the fault is not in this code.
 */
public final class RfbProtocolException extends RuntimeException {
  public RfbProtocolException(String message) {
    super(message, null, false, false);
  }
}
