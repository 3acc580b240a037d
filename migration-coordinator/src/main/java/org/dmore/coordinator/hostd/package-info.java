/**
 * {@code hostd}, the daemon of a dom0: its settings, and how its parts are put together. May use
 * everything but the command line and the demo.
 */
package org.dmore.coordinator.hostd;
