package org.dmore.xen.lib;

import org.dmore.xen.ControlPorts;
import org.dmore.xen.EventChannels;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantTable;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * The ports of a real dom0, through Xen's own libraries.
 *
 * <p>Thread-safe.
 */
public final class LibControlPorts implements ControlPorts, AutoCloseable {
  private final LibDomainPorts ports;
  private final LibForeignMemory foreignMemory;

  private LibControlPorts(LibDomainPorts ports, LibForeignMemory foreignMemory) {
    this.ports = ports;
    this.foreignMemory = foreignMemory;
  }

  /**
   * Opens what {@link LibDomainPorts#open} opens, and {@code /dev/xen/privcmd}. That this is dom0
   * shows at the first use: any other domain is refused with EPERM.
   *
   * @throws XenException as {@link LibDomainPorts#open}
   */
  public static LibControlPorts open() throws XenException {
    LibDomainPorts ports = LibDomainPorts.openUnmarked();
    try {
      return new LibControlPorts(ports, LibForeignMemory.open());
    } catch (XenException e) {
      ports.close();
      throw e;
    }
  }

  @Override
  public XenStore xenStore() {
    return ports.xenStore();
  }

  @Override
  public GrantTable grantTable() {
    return ports.grantTable();
  }

  @Override
  public EventChannels eventChannels() {
    return ports.eventChannels();
  }

  @Override
  public ForeignMemory foreignMemory() {
    return foreignMemory;
  }

  /** Closes all of them; open windows stay valid until they are closed. */
  @Override
  public void close() {
    foreignMemory.close();
    ports.close();
  }
}
