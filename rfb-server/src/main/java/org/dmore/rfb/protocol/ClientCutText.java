package org.dmore.rfb.protocol;

/**
 * The client's clipboard changed (RFC 6143, 7.5.6); Latin-1 on the wire.
 *
 * @param text its lines ended by LF
 */
public record ClientCutText(String text) implements ClientMessage {}
