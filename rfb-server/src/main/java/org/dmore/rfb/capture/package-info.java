/**
 * What is kept of a desktop: pictures ({@link org.dmore.rfb.capture.Screenshot}) and recordings of
 * sessions ({@link org.dmore.rfb.capture.Recording}).
 *
 * <p>Imports the ports, Netty's buffers and channels, and {@code org.dmore.rfb.protocol}. It knows
 * nothing of sessions: the server makes one on a recording's channel.
 */
package org.dmore.rfb.capture;
