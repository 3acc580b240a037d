/**
 * Pixels to bytes: one class per encoding behind {@link org.dmore.rfb.encoding.Encoder}, and {@link
 * org.dmore.rfb.encoding.EncodingChooser}, the one place that chooses.
 *
 * <p>Imports Netty's buffers and {@code org.dmore.rfb.protocol}.
 */
package org.dmore.rfb.encoding;
