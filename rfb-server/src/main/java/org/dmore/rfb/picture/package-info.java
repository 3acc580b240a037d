/**
 * The server's own copy of the desktop, which all its clients see: what was reported is compared
 * with it, so that only what differs is sent; what has moved is found in it; and encoders on any
 * thread read it in the desktop's place.
 *
 * <p>Imports the {@link org.dmore.rfb.Desktop} port, {@code org.dmore.rfb.protocol} and Netty's
 * event loops.
 */
package org.dmore.rfb.picture;
