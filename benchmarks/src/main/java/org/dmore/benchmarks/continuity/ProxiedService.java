package org.dmore.benchmarks.continuity;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.dmore.coordinator.demo.EmbeddedGuest;
import org.dmore.vdev.service.Consoled;

/** A console that is served from a domain which does not move, behind a proxy that buffers. */
final class ProxiedService implements ConsoleService {
  private final FixedService behind;
  private final BufferingProxy proxy;

  /** Puts a proxy in front of a service, which is closed with it. */
  ProxiedService(FixedService behind) throws IOException {
    this.behind = behind;
    try {
      proxy = new BufferingProxy(behind::address);
    } catch (IOException e) {
      behind.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress address() {
    return proxy.address();
  }

  @Override
  public EmbeddedGuest guest() {
    return behind.guest();
  }

  @Override
  public Consoled consoled() {
    return behind.consoled();
  }

  @Override
  public MoveTimes move() throws IOException, InterruptedException {
    return behind.move();
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    behind.close();
  }
}
