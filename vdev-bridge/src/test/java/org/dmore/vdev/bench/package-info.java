/** What the tests of the devices stand on: one host, a DomR, a guest, and dom0's part. */
package org.dmore.vdev.bench;
