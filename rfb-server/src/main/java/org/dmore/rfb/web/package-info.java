/**
 * RFB for browsers, and what may stand before any protocol on a port: HTTP with the page, WebSocket
 * (RFC 6455), TLS around them, telling protocols apart by their first bytes, and the PROXY header.
 *
 * <p>A connection becomes a session by {@link org.dmore.rfb.session.Session#accept} with what it
 * travelled through as a {@link org.dmore.rfb.session.Transport}; nothing of RFB is known here.
 */
package org.dmore.rfb.web;
