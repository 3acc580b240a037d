/**
 * Pixels to bytes. {@link org.dmore.rfb.encoding.AreaEncoder} makes RFB rectangles of an area, for
 * one client or for all that want the same; one class per encoding stands behind it, and one place
 * that chooses.
 *
 * <p>Imports Netty's buffers, {@code org.dmore.rfb.protocol}, for JPEG the JDK's ImageIO and, in
 * {@code TurboJpeg} and {@code LibDeflate} alone, JNA.
 */
package org.dmore.rfb.encoding;
