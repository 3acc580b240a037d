package org.dmore.benchmarks;

import java.io.IOException;
import org.dmore.benchmarks.rig.KeyClient;
import org.dmore.benchmarks.rig.KeyCount;

/** A message from its client to where it is counted, and the ways of waiting for it. */
final class Trip {
  private final KeyClient client;
  private final KeyCount keys;
  private long sent;

  Trip(KeyClient client, KeyCount keys) {
    this.client = client;
    this.keys = keys;
  }

  /** Sends, and watches for the arrival on a processor of its own. */
  void spinning() throws IOException {
    client.send();
    keys.awaitSpinning(++sent);
  }

  /** Sends, and sleeps until the arrival wakes it. */
  void parking() throws IOException {
    client.send();
    keys.awaitParking(++sent);
  }

  /** Trips without a pause, for the compilers: at a paced benchmark's pace they see too few. */
  void warmUp() throws IOException {
    for (int i = 0; i < Pace.WARM_UP; i++) {
      spinning();
    }
  }
}
