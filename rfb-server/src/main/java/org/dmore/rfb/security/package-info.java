/**
 * Who may in: security types of the handshake (RFC 6143, 7.1.2 and 7.2) and the list of addresses
 * that failed too often.
 *
 * <p>Imports Netty's buffers and {@code org.dmore.rfb.protocol}.
 */
package org.dmore.rfb.security;
