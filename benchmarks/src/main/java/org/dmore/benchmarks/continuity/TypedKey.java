package org.dmore.benchmarks.continuity;

import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.viewer.RfbMessages;

/**
 * One press or release that a client types.
 *
 * @param keysym what the client calls the key
 * @param event what the guest's driver is to get for it
 */
record TypedKey(int keysym, KeyEvent event) {
  /** The RFB KeyEvent. */
  byte[] message() {
    return RfbMessages.key(event.pressed(), keysym);
  }
}
