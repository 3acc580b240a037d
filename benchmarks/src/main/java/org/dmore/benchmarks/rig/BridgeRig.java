package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.Identity;
import org.dmore.rfb.InputSink;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.vdev.backend.DeviceType;
import org.dmore.vdev.backend.EventPump;
import org.dmore.vdev.backend.FramebufferBackend;
import org.dmore.vdev.backend.KeyboardBackend;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.InputHub;
import org.dmore.vdev.input.Keymap;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.wire.KbdifPage;

/**
 * The bridge without network: a decoded key goes through keymap and ledger into a slot of the ring,
 * in memory that the guest granted, and the guest is notified; its driver consumes on its virtual
 * CPU.
 *
 * <p>The thread that makes the rig is the console's event loop: it must be the one that uses it.
 */
public final class BridgeRig implements AutoCloseable {
  /** Events that the guest's ring holds. */
  public static final int RING_LENGTH = KbdifPage.IN_RING_LENGTH;

  private static final int CONGESTION_MARK = 4096;
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Arrivals keys = new Arrivals();
  private final CallersLoop loop = new CallersLoop();
  private final PairRoom room;
  private final EventPump events;
  private final KeyboardBackend keyboard;
  private final FramebufferBackend framebuffer;
  private final Ledger ledger;
  private final InputSink sink;
  private boolean down;
  private long sent;

  /** Builds it; returns when a key can be given. */
  public BridgeRig() throws IOException, InterruptedException {
    InputHub hub = new InputHub(CONGESTION_MARK, Keymap.load("us"), loop);
    GuestConsole console = new GuestConsole("bench", hub, System::nanoTime);
    ledger = hub.ledger();
    sink = hub.open(new AbsentClient());
    room = new PairRoom();
    room.attachDevices();
    events = new EventPump(room.domR().ports().eventChannels(), loop);
    keyboard =
        new KeyboardBackend(
            new DeviceId(DeviceType.KEYBOARD, room.domU().id(), 0),
            room.domR().ports(),
            events,
            loop,
            800,
            600,
            console);
    framebuffer =
        new FramebufferBackend(
            new DeviceId(DeviceType.FRAMEBUFFER, room.domU().id(), 0),
            room.domR().ports(),
            events,
            loop,
            console);
    try {
      keyboard.start();
      framebuffer.start();
      room.boot(new BareGuest(room.domU(), keys, false));
      awaitLive();
    } catch (IOException | RuntimeException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Gives the bridge the next press or release, decoded. */
  public void key() {
    down = !down;
    sink.key(down, KeyClient.KEYSYM, 0);
    sent++;
  }

  /** Waits, on the processor, until the guest has consumed every key that was given. */
  public void awaitConsumed() {
    keys.awaitSpinning(sent);
  }

  /** Runs what the guest's notifications left to do, as the event loop does between two reads. */
  public void runLoop() {
    loop.runPending();
  }

  /** The guest's end: counts keys. */
  public Arrivals keys() {
    return keys;
  }

  /** Events that wait because the ring was full. */
  int waiting() {
    return ledger.waiting();
  }

  /** Runs the loop until no event waits for room in the ring. */
  public void awaitPublished() {
    while (waiting() > 0) {
      runLoop();
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    keyboard.stop();
    framebuffer.stop();
    events.close();
    room.close();
  }

  private void awaitLive() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    loop.runPending();
    while (ledger.state() != Ledger.State.LIVE) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest's keyboard did not connect within 10 s");
      }
      Thread.sleep(1);
      loop.runPending();
    }
  }

  /** There is no connection behind these keys; the bridge must never want to pause it. */
  private static final class AbsentClient implements Client {
    @Override
    public long id() {
      return 1;
    }

    @Override
    public SocketAddress address() {
      return new InetSocketAddress(0);
    }

    @Override
    public Identity identity() {
      return Identity.full("");
    }

    @Override
    public void relativePointer(boolean relative) {}

    @Override
    public void pauseInput() {
      throw new IllegalStateException("the ledger is congested: the benchmark outran the guest");
    }

    @Override
    public void resumeInput() {}

    @Override
    public void disconnect(String reason) {}
  }
}
