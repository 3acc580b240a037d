package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.dmore.benchmarks.lab.BootException;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.Guest;
import org.dmore.benchmarks.lab.GuestPair;
import org.dmore.benchmarks.lab.LabException;

/**
 * A guest without a DomR, as xl alone keeps it: its console is QEMU's, in dom0, which xl starts
 * with the guest, and anew at the destination of a move. For one thread, but for {@link #address}.
 */
final class XlConsole {
  private static final Duration MIGRATION = Duration.ofMinutes(6);
  private static final int PORT = 5900;
  private static final int POLL_MILLIS = 50;

  private static final String VFB = "vfb=[\"vnc=1,vnclisten=0.0.0.0,vncdisplay=0,vncunused=0\"]";
  private static final Pattern SUSPENDED = Pattern.compile("(?m)^SUSPENDED$");
  private static final Pattern STARTED = Pattern.compile("Target reports successful startup");

  private final Guest guest;
  private volatile InetSocketAddress address;
  private Dom0 host;

  private XlConsole(Guest guest, Dom0 host) {
    this.guest = guest;
    this.host = host;
    this.address = at(host);
  }

  /** Creates the guest; it may still be booting when this returns. */
  static XlConsole start(Guest guest, Dom0 host) throws IOException, InterruptedException {
    int unused = guest.create(host, VFB);
    XlConsole console = new XlConsole(guest, host);
    Deadline deadline = Deadline.in(PairUnderTest.SOON);
    while (!GuestPair.accepts(console.address)) {
      if (deadline.passed()) {
        throw new BootException(
            "host=%d domain=%s: xl's QEMU serves no console: see /var/log/xen in dom0"
                .formatted(host.number(), guest.name()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return console;
  }

  /** Puts Debian's QEMU for Xen where xl looks for it. */
  static void install(Dom0 host) throws LabException {
    host.check(PairUnderTest.SOON, "cd / && cpio -id < /lab/qemu.cpio && mkdir -p /var/run/xen");
  }

  /** Where somebody who looks for the console finds it now. Thread-safe. */
  InetSocketAddress address() {
    return address;
  }

  /**
   * Moves the guest.
   *
   * @return how long it stood still, from xl's asking it to suspend to xl's word that it runs
   */
  Duration move(Dom0 to) throws IOException, InterruptedException {
    int domain = guest.idOn(host);
    Dom0Job watch =
        host.start(
            "suspension",
            """
            xenstore-watch -n 2 /local/domain/%d/control/shutdown > /dev/null # one for the watch itself
            echo SUSPENDED
            """
                .formatted(domain));
    Dom0Job xl =
        host.start("xl-migrate", "exec " + HandMove.xlMigrate(guest, to, HandMove.XL_PORT));
    long suspended = 0;
    long started = 0;
    Deadline deadline = Deadline.in(MIGRATION);
    while (started == 0) {
      long now = System.nanoTime();
      if (suspended == 0 && SUSPENDED.matcher(watch.log().textFrom(watch.mark())).find()) {
        suspended = now;
      }
      if (address.equals(at(host)) && suspended != 0 && GuestPair.accepts(at(to))) {
        address = at(to); // xl starts QEMU when the guest's memory is there
      }
      if (STARTED.matcher(xl.log().textFrom(xl.mark())).find()) {
        started = now;
      } else if (deadline.passed()) {
        throw new LabException(
            "host=%d domain=%s: xl does not move it: see %s"
                .formatted(host.number(), guest.name(), xl.log().path()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    address = at(to);
    int status = xl.await(MIGRATION);
    watch.signal("KILL");
    OptionalInt left = guest.id(host);
    if (status != 0 || left.isPresent()) {
      throw new LabException(
          "host=%d domain=%s: xl migrate ended with status=%d: see %s"
              .formatted(host.number(), guest.name(), status, xl.log().path()));
    }
    host = to;
    if (suspended == 0) {
      throw new LabException(
          "host=%d domain=%s: when it was suspended is not known: see %s"
              .formatted(host.number(), guest.name(), watch.log().path()));
    }
    return Duration.ofNanos(started - suspended);
  }

  private static InetSocketAddress at(Dom0 host) {
    return new InetSocketAddress(host.address(), PORT);
  }
}
