package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.dmore.vdev.service.ConsoledConfig;

/**
 * The whole way of a key: a client's socket, consoled as DomR runs it, the ring in mapped memory, a
 * guest's driver on its virtual CPU.
 */
public final class KeystrokeRig implements TripRig {
  private final Arrivals keys = new Arrivals();
  private final ConsolePair pair;
  private final BareGuest guest;
  private final KeyClient client;

  /** Builds it, without a screen; returns when a key can be sent. */
  public KeystrokeRig() throws IOException, InterruptedException {
    this(ConsoledConfig.forGuest("bench", ""), false);
  }

  private KeystrokeRig(ConsoledConfig config, boolean screen)
      throws IOException, InterruptedException {
    pair = new ConsolePair(config);
    try {
      guest = new BareGuest(pair.domU(), keys, screen);
      pair.boot(guest);
      client = KeyClient.connectRfb(pair.address());
    } catch (IOException | RuntimeException | InterruptedException e) {
      pair.close();
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
    return pair.address();
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
    } finally {
      pair.close();
    }
  }
}
