/**
 * {@code consoled}, the daemon of DomR: its configuration, its lifecycle, and the commands that
 * {@code hostd} gives it through xenstore. Imports every other package of {@code org.dmore.vdev},
 * and both sides' ports.
 */
package org.dmore.vdev.service;
