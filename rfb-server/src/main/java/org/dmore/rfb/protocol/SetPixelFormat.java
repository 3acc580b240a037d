package org.dmore.rfb.protocol;

/** The client wants pixels in this format from now on (RFC 6143, 7.5.1). */
public record SetPixelFormat(PixelFormat format) implements ClientMessage {}
