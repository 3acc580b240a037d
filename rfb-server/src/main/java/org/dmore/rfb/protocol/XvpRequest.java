package org.dmore.rfb.protocol;

/**
 * The client asks for the machine to be switched (rfbproto, xvp Client Message).
 *
 * @param version of the extension; only {@link Xvp#VERSION} is defined
 * @param code what for: {@link Xvp#SHUTDOWN}, {@link Xvp#REBOOT}, {@link Xvp#RESET}, or none that
 *     is known
 */
public record XvpRequest(int version, int code) implements ClientMessage {}
