package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;

/**
 * The whole way of a key: a client's socket, consoled as DomR runs it, the ring in mapped memory, a
 * guest's driver on its virtual CPU.
 */
public final class KeystrokeRig implements TripRig {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Arrivals keys = new Arrivals();
  private final PairRoom room;
  private final Consoled consoled;
  private final BareGuest guest;
  private final KeyClient client;

  /** Builds it, without a screen; returns when a key can be sent. */
  public KeystrokeRig() throws IOException, InterruptedException {
    this(ConsoledConfig.forGuest("bench", ""), false);
  }

  private KeystrokeRig(ConsoledConfig config, boolean screen)
      throws IOException, InterruptedException {
    room = new PairRoom();
    Consoled daemon = null;
    try {
      daemon = new Consoled(config, room.domR().ports());
      EmbeddedDomain.Attachment unused = room.domR().attachLoop("consoled", daemon.loop());
      daemon.start();
      room.attachDevices();
      guest = new BareGuest(room.domU(), keys, screen);
      room.boot(guest);
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

  /** Builds it with a guest that has a screen too, and room for that many clients. */
  static KeystrokeRig withScreen(int clients) throws IOException, InterruptedException {
    return new KeystrokeRig(ConsoledConfig.builder("bench", "").maxClients(clients).build(), true);
  }

  /** The viewer's end. */
  @Override
  public KeyClient client() {
    return client;
  }

  /** The guest's end: counts keys. */
  @Override
  public Arrivals keys() {
    return keys;
  }

  /** The guest. */
  BareGuest guest() {
    return guest;
  }

  /** Where the console listens. */
  InetSocketAddress address() {
    return consoled.address();
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
