package org.dmore.xen.lib;

import java.util.Optional;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.EventChannels;
import org.dmore.xen.GrantTable;
import org.dmore.xen.HostMark;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/**
 * The ports of a real domain of Xen, privileged or not, through Xen's own libraries.
 *
 * <p>Thread-safe. While ports are bound there is a {@link HostMark} in the domain's xenstore. Where
 * it is gone the domain has moved, and ports that were bound before are left alone (see {@link
 * EventChannels#abandon}). That is the safety net for a move of which nobody told us; who is told
 * unbinds and unmaps before it.
 */
public final class LibDomainPorts implements DomainPorts, AutoCloseable {
  private final LibXenStore xenStore;
  private final LibGrantTable grantTable;
  private final LibEventChannels eventChannels;

  private LibDomainPorts(
      LibXenStore xenStore, LibGrantTable grantTable, LibEventChannels eventChannels) {
    this.xenStore = xenStore;
    this.grantTable = grantTable;
    this.eventChannels = eventChannels;
  }

  /**
   * Opens xenstore, {@code /dev/xen/gntdev} and {@code /dev/xen/evtchn}.
   *
   * @throws XenException with a message that says what to do: ENOSYS if a library is not installed,
   *     ENODEV if this machine is no domain of Xen, ENOENT if a kernel module is not loaded, EACCES
   *     or EPERM without permission
   */
  public static LibDomainPorts open() throws XenException {
    return open(true);
  }

  /** For dom0, which does not move. */
  static LibDomainPorts openUnmarked() throws XenException {
    return open(false);
  }

  private static LibDomainPorts open(boolean marked) throws XenException {
    LibXenStore xenStore = LibXenStore.open();
    LibGrantTable grantTable = null;
    LibEventChannels eventChannels = null;
    try {
      grantTable = LibGrantTable.open();
      eventChannels =
          LibEventChannels.open(
              marked
                  ? Optional.of(new HostMark(xenStore, "ports-" + ProcessHandle.current().pid()))
                  : Optional.empty());
      return new LibDomainPorts(xenStore, grantTable, eventChannels);
    } finally {
      if (eventChannels == null) {
        xenStore.close();
        if (grantTable != null) {
          grantTable.close();
        }
      }
    }
  }

  @Override
  public XenStore xenStore() {
    return xenStore;
  }

  @Override
  public GrantTable grantTable() {
    return grantTable;
  }

  @Override
  public EventChannels eventChannels() {
    return eventChannels;
  }

  /** Closes all of them, event channels first; open windows stay valid until they are closed. */
  @Override
  public void close() {
    eventChannels.close();
    grantTable.close();
    xenStore.close();
  }
}
