/**
 * Who came to the console, was refused, let in, and did what, beyond typing and looking: a JSON
 * object a line, written apart from the log.
 *
 * <p>Imports {@code org.dmore.rfb}'s ports, the JDK and slf4j.
 */
package org.dmore.vdev.audit;
