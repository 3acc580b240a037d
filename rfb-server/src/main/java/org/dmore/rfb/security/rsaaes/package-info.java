/**
 * RSA-AES, the security types 5, 6, 129 and 130 (rfbproto): keys are agreed on with RSA, and what
 * follows is encrypted with AES in EAX mode. Viewers remember the server's key, as ssh does.
 *
 * <p>Imports what {@code org.dmore.rfb.security} imports, and that package.
 */
package org.dmore.rfb.security.rsaaes;
