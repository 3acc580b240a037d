/**
 * The console daemon of DomR: backends of the paravirtual keyboard, pointer and framebuffer on one
 * side, an RFB desktop on the other, and between them the ledger that loses no key.
 */
package org.dmore.vdev;
