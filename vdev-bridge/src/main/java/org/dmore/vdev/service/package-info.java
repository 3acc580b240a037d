/**
 * {@code consoled}, the daemon of DomR: its configuration, its lifecycle, and the commands that
 * {@code hostd} gives it through xenstore. Imports {@code console}, {@code backend}, {@code input},
 * {@code access}, {@code audit}, both sides' ports, and of Netty the event loop.
 */
package org.dmore.vdev.service;
