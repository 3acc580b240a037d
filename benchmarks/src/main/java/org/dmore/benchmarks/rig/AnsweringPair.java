package org.dmore.benchmarks.rig;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.service.Consoled;
import org.dmore.vdev.service.ConsoledConfig;
import org.dmore.xen.embedded.EmbeddedDomain;

/**
 * A program: the embedded pair with the real consoled and a guest that answers each key event with
 * one byte on standard output. It says {@code ready PORT} there first, logs to standard error, and
 * ends when its standard input does.
 */
public final class AnsweringPair {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private AnsweringPair() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setOut(System.err); // before anything logs
    try (OutputStream answers = new FileOutputStream(FileDescriptor.out);
        PairRoom room = new PairRoom();
        Consoled consoled =
            new Consoled(ConsoledConfig.forGuest("bench", ""), room.domR().ports())) {
      EmbeddedDomain.Attachment unused = room.domR().attachLoop("consoled", consoled.loop());
      consoled.start();
      room.attachDevices();
      AnsweringGuest guest = new AnsweringGuest(room.domU(), answers);
      room.boot(guest::awaitBooted);
      awaitLive(consoled);
      guest.awaitNews();
      String ready = "ready " + consoled.address().getPort() + "\n";
      answers.write(ready.getBytes(StandardCharsets.US_ASCII));
      while (System.in.read() >= 0) {
        // whoever started this is still there
      }
    }
  }

  private static void awaitLive(Consoled consoled) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (!consoled.query(
        console -> console.ledger().state() == Ledger.State.LIVE && console.isDesktopLive())) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the guest's keyboard and framebuffer did not connect within 10 s");
      }
      Thread.sleep(1);
    }
  }
}
