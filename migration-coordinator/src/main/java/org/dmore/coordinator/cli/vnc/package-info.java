/**
 * A VNC client for commands that look at a console or type on it. Imports vernacular, and {@code
 * rfb-server} for its cipher.
 */
package org.dmore.coordinator.cli.vnc;
