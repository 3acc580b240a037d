package org.dmore.xen.contract.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.EventChannels;
import org.dmore.xen.ForeignMemory;
import org.dmore.xen.GrantOffers;
import org.dmore.xen.GrantTable;
import org.dmore.xen.GuestMemory;
import org.dmore.xen.GuestPorts;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.contract.ContractRig;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * A rig in a real, unprivileged domain. This domain, its peer (another unprivileged domain) and
 * dom0 take the parts; the last two answer through a {@link ContractAgent}. Ports of this domain
 * are used directly.
 */
abstract class LabRig implements ContractRig {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int FEWER = 250;
  private static final int PATIENCE = 6;

  /** This domain's ports. */
  protected final LibDomainPorts own;

  protected final DomainId ownId;
  protected final LabHost peerHost;
  protected final LabHost dom0Host;

  private final Link peerLink;
  private final Link dom0Link;

  LabRig() throws IOException {
    own = LibDomainPorts.open();
    ownId = DomainId.parse(own.xenStore().read("domid").orElseThrow());
    peerLink = connect(System.getProperty("contract.peer"));
    peerHost = peerLink.root(LabHost.class);
    dom0Link = connect(System.getProperty("contract.dom0"));
    dom0Host = dom0Link.root(LabHost.class);
    clean();
  }

  private static Link connect(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    socket.connect(
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
        CONNECT_MILLIS);
    Link link = new Link(socket, null);
    Thread reader =
        new Thread(
            () -> {
              try {
                link.serve();
              } catch (IOException e) {
                // Closed by us: what still waits for an answer is told so.
              }
            },
            "link-reader");
    reader.setDaemon(true);
    reader.start();
    return link;
  }

  /** Takes away what the test before left in this domain's xenstore. */
  private void clean() throws XenException {
    XenStore store = dom0Host.xenStore();
    String home = "/local/domain/" + ownId;
    for (String name : store.list(home + "/data").orElse(List.of())) {
      store.remove(home + "/data/" + name);
    }
    store.remove(home + "/device/vkbd");
  }

  @Override
  public ControlPorts dom0() {
    return new Dom0Ports(dom0Host);
  }

  @Override
  public DomainId nobody() {
    return new DomainId(999);
  }

  @Override
  public int rounds(int full) {
    return Math.max(1, full / FEWER);
  }

  @Override
  public int patience() {
    return PATIENCE;
  }

  @Override
  public void close() {
    own.close();
    try {
      peerLink.close();
      dom0Link.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ports of which a contract uses some only. */
  record Parts(
      XenStore xenStore,
      GrantTable grantTable,
      EventChannels eventChannels,
      GuestMemory memory,
      GrantOffers grantOffers)
      implements GuestPorts {}

  /** dom0's, through its agent. */
  private record Dom0Ports(LabHost host) implements ControlPorts {
    @Override
    public XenStore xenStore() {
      return host.xenStore();
    }

    @Override
    public EventChannels eventChannels() {
      return host.eventChannels();
    }

    @Override
    public GrantTable grantTable() {
      return new RemoteGrantTable(host);
    }

    @Override
    public ForeignMemory foreignMemory() {
      throw new UnsupportedOperationException("its contract runs in dom0");
    }
  }

  /** Events: the peer is the frontend, this domain the backend. */
  static final class Channels extends LabRig {
    Channels() throws IOException {}

    @Override
    public GuestPorts granter() {
      return new Parts(null, null, peerHost.eventChannels(), null, null);
    }

    @Override
    public DomainId granterId() {
      return ask(peerHost);
    }

    @Override
    public DomainPorts backend() {
      return own;
    }

    @Override
    public DomainId backendId() {
      return ownId;
    }
  }

  /** Xenstore: this domain is the guest, the peer the other. */
  static final class Store extends LabRig {
    private final XenStore peerStore;

    Store() throws IOException {
      peerStore = peerHost.xenStore();
    }

    @Override
    public GuestPorts granter() {
      return new Parts(own.xenStore(), null, null, null, null);
    }

    @Override
    public DomainId granterId() {
      return ownId;
    }

    @Override
    public DomainPorts backend() {
      return new Parts(peerStore, null, null, null, null);
    }

    @Override
    public DomainId backendId() {
      return ask(peerHost);
    }
  }

  /** Grants: a guest that dom0 plays is the frontend, this domain the backend. */
  static final class Grants extends LabRig {
    private final PuppetMemory memory;

    Grants() throws IOException {
      memory = new PuppetMemory(dom0Host.puppet(), ownId);
    }

    @Override
    public GuestPorts granter() {
      return new Parts(null, null, null, memory, memory);
    }

    @Override
    public DomainId granterId() {
      return memory.owner();
    }

    @Override
    public DomainPorts backend() {
      return own;
    }

    @Override
    public DomainId backendId() {
      return ownId;
    }

    @Override
    public void close() {
      memory.close();
      super.close();
    }
  }

  private static DomainId ask(LabHost host) {
    try {
      return host.self();
    } catch (XenException e) {
      throw new UncheckedIOException(e);
    }
  }
}
