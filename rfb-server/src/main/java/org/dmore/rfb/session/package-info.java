/**
 * One connection: the handshake's decisions, the client's pixel format and encodings, the damage
 * that it has not seen, what it asked for, and when output goes out.
 *
 * <p>Imports all of this library and Netty. Nothing imports it but {@link org.dmore.rfb.RfbServer}.
 */
package org.dmore.rfb.session;
