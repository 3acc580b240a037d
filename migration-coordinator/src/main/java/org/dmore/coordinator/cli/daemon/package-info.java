/** {@code dmore hostd}: the daemon, and the keys that hosts and operators need. */
package org.dmore.coordinator.cli.daemon;
