package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;

/** The embedded pair with the real consoled, which viewers can connect to. */
final class ConsolePair implements AutoCloseable {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PairRoom room;
  private final Consoled consoled;
  private final EmbeddedDomain.Attachment loop;

  /** Starts consoled; the guest has no drivers yet. */
  ConsolePair() throws IOException {
    room = new PairRoom();
    consoled = new Consoled(ConsoledConfig.forGuest("bench", ""), room.domR().ports());
    loop = room.domR().attachLoop("consoled", consoled.loop());
    consoled.start();
    room.attachDevices();
  }

  /** The guest's domain, which has not run yet. */
  EmbeddedDomain domU() {
    return room.domU();
  }

  /** Boots the guest; returns when its keyboard and framebuffer are live. */
  void boot(GuestDrivers drivers) throws IOException, InterruptedException {
    room.boot(drivers::awaitBooted);
    awaitLive();
    drivers.awaitNews();
  }

  /** Where consoled listens, on the loopback. */
  int port() {
    return consoled.address().getPort();
  }

  private void awaitLive() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (!consoled.query(
        console -> console.ledger().state() == Ledger.State.LIVE && console.isDesktopLive())) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest's keyboard and framebuffer did not connect within 10 s");
      }
      Thread.sleep(1);
    }
  }

  @Override
  public void close() {
    loop.close();
    consoled.close();
    room.close();
  }
}
