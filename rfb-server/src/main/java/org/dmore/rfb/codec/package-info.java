/**
 * From bytes to calls and back: {@link org.dmore.rfb.codec.RfbReader} parses, an {@link
 * org.dmore.rfb.codec.RfbHandler} decides, {@link org.dmore.rfb.codec.RfbWriter} serialises; {@link
 * org.dmore.rfb.codec.RfbChannelHandler} stands between Netty and the reader.
 *
 * <p>Imports Netty and {@code org.dmore.rfb.protocol}.
 */
package org.dmore.rfb.codec;
