/**
 * Who may open the console: signed tokens, one-time passwords and the console's password, and what
 * of them was used or revoked.
 *
 * <p>Imports rfb-server's ports ({@code org.dmore.rfb}, of its {@code security} and {@code web}
 * what checks credentials), the JDK and slf4j. It knows nothing of Xen, and of time what a clock
 * tells.
 */
package org.dmore.vdev.access;
