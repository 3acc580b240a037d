package org.dmore.rfb.protocol;

/** The client asks for another size of the desktop (rfbproto); its screens are not kept. */
public record SetDesktopSize(int width, int height) implements ClientMessage {}
