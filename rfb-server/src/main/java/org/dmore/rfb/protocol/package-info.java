/**
 * What RFB puts on the wire: numbers, message records and values, named as the specification names
 * them (RFC 6143 and the community's rfbproto). No behaviour, no Netty.
 *
 * <p>Imports nothing of this library.
 */
package org.dmore.rfb.protocol;
