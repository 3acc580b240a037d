package org.dmore.coordinator.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dmore.vdev.backend.DeviceId;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/** Takes a guest's devices away from its DomR, once, and waits for it. Thread-safe. */
public final class PairDetachment {
  /** How long a DomR may take to unmap what it has, once the nodes are gone. */
  private static final Duration LETTING_GO = Duration.ofSeconds(2);

  private final ControlPorts ports;

  /**
   * How it ended; the nodes are gone in any case.
   *
   * @param devices how many there were
   * @param unclosed the devices whose backend did not close in time, by their names, with the
   *     states of backend and frontend at the end
   * @param revoked whether the framebuffer's grants are all taken back; if not, DomR still has them
   *     mapped
   */
  public record Outcome(int devices, Map<String, String> unclosed, boolean revoked) {
    /** Whether both ends let go in order. */
    public boolean isOrderly() {
      return unclosed.isEmpty() && revoked;
    }
  }

  /** Works with dom0's interfaces, which stay the caller's. */
  public PairDetachment(ControlPorts ports) {
    this.ports = ports;
  }

  /**
   * Asks the backends to close, waits until they have, and removes the devices whether they have or
   * not.
   *
   * @param patience how long to wait
   * @throws XenException if xenstore refuses
   */
  public Outcome detach(DomainId domR, DomainId domU, Duration patience)
      throws XenException, InterruptedException {
    DeviceRemoval removal = new DeviceRemoval(ports, domR, domU);
    List<DeviceId> devices = removal.devices();
    long deadline = System.nanoTime() + patience.toNanos();
    Semaphore changes = new Semaphore(0);
    List<XenStore.Watch> watches = new ArrayList<>();
    try {
      for (DeviceId id : devices) {
        String state = DeviceNodes.backendPath(domR, id) + "/state";
        watches.add(ports.xenStore().watch(state, path -> changes.release()));
      }
      removal.request();
      while (!removal.isClosed()
          && changes.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        changes.drainPermits();
      }
    } finally {
      watches.forEach(XenStore.Watch::close);
    }
    Map<String, String> unclosed = new TreeMap<>();
    removal.open().forEach((id, states) -> unclosed.put(id.type().node(), states));
    boolean revoked = removal.finish();
    long lastTry = System.nanoTime() + LETTING_GO.toNanos();
    while (!revoked && System.nanoTime() < lastTry) {
      Thread.sleep(PairAttachment.AGAIN.toMillis()); // nothing tells when pages are unmapped
      revoked = removal.revoke();
    }
    return new Outcome(devices.size(), unclosed, revoked);
  }
}
