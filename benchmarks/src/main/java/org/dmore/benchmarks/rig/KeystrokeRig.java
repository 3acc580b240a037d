package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;

/**
 * The whole way of a key: a client's socket, consoled as DomR runs it, the ring in mapped memory, a
 * guest's driver on its virtual CPU.
 */
public final class KeystrokeRig implements AutoCloseable {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Arrivals keys = new Arrivals();
  private final PairRoom room;
  private final Consoled consoled;
  private final KeyClient client;

  /** Builds it; returns when a key can be sent. */
  public KeystrokeRig() throws IOException, InterruptedException {
    room = new PairRoom();
    Consoled daemon = null;
    try {
      daemon = new Consoled(ConsoledConfig.forGuest("bench", ""), room.domR().ports());
      EmbeddedDomain.Attachment unused = room.domR().attachLoop("consoled", daemon.loop());
      daemon.start();
      room.attachDevices();
      room.boot(new BareGuest(room.domU(), keys));
      awaitLive(daemon);
      consoled = daemon;
      client = KeyClient.connectRfb(daemon.address());
    } catch (IOException | RuntimeException | InterruptedException e) {
      if (daemon != null) {
        daemon.close();
      }
      room.close();
      throw e;
    }
  }

  /** The viewer's end. */
  public KeyClient client() {
    return client;
  }

  /** The guest's end: counts keys. */
  public Arrivals keys() {
    return keys;
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
    } finally {
      consoled.close();
      room.close();
    }
  }

  private static void awaitLive(Consoled daemon) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (daemon.query(console -> console.ledger().state()) != Ledger.State.LIVE) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest's keyboard did not connect within 10 s");
      }
      Thread.sleep(1);
    }
  }
}
