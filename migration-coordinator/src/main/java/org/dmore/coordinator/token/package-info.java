/**
 * Tokens that open a VM's console: the issuer's key, and issuing with it. Consoles check them with
 * {@code org.dmore.vdev.access}, whose {@code ConsoleToken} says what is in one.
 */
package org.dmore.coordinator.token;
