package org.dmore.coordinator.demo;

import org.dmore.vdev.frontend.GuestCpu;
import org.dmore.xen.EventPort;
import org.dmore.xen.embedded.VirtualCpu;

/** An embedded domain's virtual CPU as a guest's drivers see it. */
public final class VcpuAdapter implements GuestCpu {
  private final VirtualCpu cpu;

  /** Wraps a CPU. */
  public VcpuAdapter(VirtualCpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void execute(Runnable task) {
    cpu.execute(task);
  }

  @Override
  public void onEvent(EventPort port, Runnable handler) {
    cpu.onEvent(port, handler);
  }

  @Override
  public void removeEvent(EventPort port) {
    cpu.forget(port);
  }
}
