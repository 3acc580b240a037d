package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dmore.vdev.console.GuestConsole;
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
  ConsolePair(ConsoledConfig config) throws IOException {
    room = new PairRoom();
    consoled = new Consoled(config, room.domR().ports());
    loop = room.domR().attachLoop("consoled", consoled.loop());
    try {
      consoled.start();
      room.attachDevices();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** With consoled as it is by itself. */
  ConsolePair() throws IOException {
    this(ConsoledConfig.forGuest("bench", ""));
  }

  /** The guest's domain, which has not run yet. */
  EmbeddedDomain domU() {
    return room.domU();
  }

  /** Boots the guest; returns when its keyboard and framebuffer are live. */
  void boot(GuestDrivers drivers) throws IOException, InterruptedException {
    boot(drivers::awaitBooted, console -> hasKeyboard(console) && console.isDesktopLive());
    drivers.awaitNews();
  }

  /** Boots the guest; returns when its keyboard is live. */
  void boot(BareGuest guest) throws IOException, InterruptedException {
    boot(guest::awaitBooted, ConsolePair::hasKeyboard);
  }

  /** Where consoled listens, on the loopback. */
  InetSocketAddress address() {
    return consoled.address();
  }

  private static boolean hasKeyboard(GuestConsole console) {
    return console.ledger().state() == Ledger.State.LIVE;
  }

  private void boot(Runnable awaitBooted, Predicate<GuestConsole> live)
      throws IOException, InterruptedException {
    room.boot(awaitBooted);
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (!consoled.query(live::test)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest's devices did not connect within 10 s");
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
