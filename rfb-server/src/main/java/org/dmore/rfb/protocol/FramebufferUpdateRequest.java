package org.dmore.rfb.protocol;

/**
 * The client asks for pixels (RFC 6143, 7.5.3).
 *
 * @param incremental false if it has lost what it had
 */
public record FramebufferUpdateRequest(boolean incremental, Rectangle area)
    implements ClientMessage {}
