/**
 * TLS for the server's side: certificates from files, and encryption without any.
 *
 * <p>Usable without RFB: a web server beside it takes its {@code SslHandler}s from the same {@link
 * org.dmore.rfb.security.tls.ServerCertificates}. Imports Netty, JSSE and Bouncy Castle; nothing of
 * {@code org.dmore.rfb}.
 */
package org.dmore.rfb.security.tls;
