package org.dmore.rfb.protocol;

/**
 * The client wants updates of an area without asking for each, or no longer (rfbproto).
 *
 * @param area of no meaning if {@code enable} is false
 */
public record EnableContinuousUpdates(boolean enable, Rectangle area) implements ClientMessage {}
