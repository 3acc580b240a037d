/**
 * From what a viewer types to what the guest's driver gets: keymaps, the state of each viewer's
 * keys, and the ledger that numbers every event and loses none. Imports {@code org.dmore.vdev.wire}
 * and the ports of {@code org.dmore.rfb}.
 */
package org.dmore.vdev.input;
