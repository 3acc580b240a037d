/**
 * What is kept of a desktop: pictures ({@link org.dmore.rfb.capture.Screenshot}) and recordings of
 * sessions.
 *
 * <p>Imports the ports, Netty's buffers and channels, and {@code org.dmore.rfb.protocol}.
 */
package org.dmore.rfb.capture;
