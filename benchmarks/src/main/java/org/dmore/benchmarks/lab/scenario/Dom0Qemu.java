package org.dmore.benchmarks.lab.scenario;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dmore.benchmarks.lab.Deadline;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.Dom0Job;
import org.dmore.benchmarks.lab.GuestPair;
import org.dmore.benchmarks.lab.LabException;

/**
 * QEMU in dom0 as the backend of a guest's second keyboard and framebuffer, with its VNC server:
 * what {@code vfb = ["vnc=1"]} in xl's configuration starts. The devices are written by hand, since
 * xl would write them at the numbers that dmore's have.
 */
final class Dom0Qemu implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int POLL_MILLIS = 100;
  private static final int PORT = 5900;

  private final Dom0 host;
  private final Dom0Job job;
  private final String version;

  private Dom0Qemu(Dom0 host, Dom0Job job, String version) {
    this.host = host;
    this.job = job;
    this.version = version;
  }

  /**
   * Writes the devices and starts QEMU for them; returns when its VNC server listens.
   *
   * @param domain a guest that was created and has not run yet
   */
  static Dom0Qemu start(Dom0 host, String name, int domain)
      throws IOException, InterruptedException {
    host.check(
        SOON,
        """
        cd / && cpio -id < /lab/qemu.cpio
        for type in vkbd vfb; do
          back=/local/domain/0/backend/$type/%1$d/1
          front=/local/domain/%1$d/device/$type/1
          xenstore-write $back/frontend-id %1$d $back/frontend $front $back/online 1 $back/state 1 \
            $back/domain %2$s $front/backend-id 0 $front/backend $back $front/state 1
          xenstore-chmod -r $back n0 r%1$d
          xenstore-chmod -r $front n%1$d r0
        done
        """
            .formatted(domain, name));
    String version =
        host.check("/usr/libexec/xen-qemu-system-i386 --version")
            .lines()
            .findFirst()
            .orElse("")
            .replaceFirst("QEMU emulator version ", "");
    Dom0Job job =
        host.start(
            "qemu",
            """
            exec /usr/libexec/xen-qemu-system-i386 -xen-domid %d -xen-attach -name %s \
              -machine xenpv -m 1 -nodefaults -no-user-config -vga none -display none \
              -serial null -parallel null -monitor none -vnc 0.0.0.0:0
            """
                .formatted(domain, name));
    Dom0Qemu qemu = new Dom0Qemu(host, job, version);
    qemu.awaitListening();
    return qemu;
  }

  /** Where its VNC server listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(host.address(), PORT);
  }

  /** As QEMU says it. */
  String version() {
    return version;
  }

  private void awaitListening() throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(SOON);
    while (!GuestPair.accepts(address())) {
      if (job.status().isPresent() || deadline.passed()) {
        throw new LabException(
            "host=%d: QEMU serves no VNC: see %s".formatted(host.number(), job.log().path()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() throws LabException {
    host.check("kill -TERM $(pidof xen-qemu-system-i386) 2> /dev/null || true");
  }
}
