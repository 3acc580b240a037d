/**
 * Who may in: security types of the handshake (RFC 6143, 7.1.2 and 7.2) and the list of addresses
 * that failed too often.
 *
 * <p>Imports Netty, {@code org.dmore.rfb.protocol}, and of {@code org.dmore.rfb} who a client is:
 * {@code Identity} and {@code Right}.
 */
package org.dmore.rfb.security;
