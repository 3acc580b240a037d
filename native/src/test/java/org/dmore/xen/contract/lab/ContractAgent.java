package org.dmore.xen.contract.lab;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dmore.xen.Access;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.Errno;
import org.dmore.xen.EventChannels;
import org.dmore.xen.GrantRef;
import org.dmore.xen.SharedPage;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.dmore.xen.lib.LibControlPorts;
import org.dmore.xen.lib.LibDomainPorts;

/**
 * Lends a domain's ports to the contract tests that run in another domain. One session of ports for
 * each connection; anyone who can connect may do anything, so it belongs in a closed network alone.
 *
 * <p>{@code java -cp 'DIR/*' org.dmore.xen.contract.lab.ContractAgent PORT [PUPPET-DOMID]}: with a
 * second argument it runs in dom0 and plays that guest, which was created paused and never runs.
 * Prints {@code agent: ready} when it listens.
 */
public final class ContractAgent {
  private ContractAgent() {}

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws IOException {
    DomainId puppet = arguments.length > 1 ? DomainId.parse(arguments[1]) : null;
    try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]))) {
      System.out.println("agent: ready, port=" + server.getLocalPort());
      while (true) {
        Socket socket = server.accept();
        Thread session = new Thread(() -> serve(socket, puppet), "session");
        session.setDaemon(true);
        session.start();
      }
    }
  }

  private static void serve(Socket socket, DomainId puppet) {
    try (Session session = new Session(puppet);
        Link link = new Link(socket, session)) {
      link.serve();
    } catch (IOException e) {
      System.out.println("agent: session failed: " + e);
    }
  }

  /** The ports of one connection. */
  private static final class Session implements LabHost, AutoCloseable {
    private final ControlPorts control;
    private final DomainPorts ports;
    private final DomainId puppetId;
    private final List<Held> held = new ArrayList<>();
    private PuppetGuest puppet;

    Session(DomainId puppetId) throws XenException {
      this.puppetId = puppetId;
      this.control = puppetId == null ? null : LibControlPorts.open();
      this.ports = puppetId == null ? LibDomainPorts.open() : control;
    }

    @Override
    public DomainId self() throws XenException {
      return DomainId.parse(ports.xenStore().read("domid").orElse("0"));
    }

    @Override
    public XenStore xenStore() {
      return ports.xenStore();
    }

    @Override
    public EventChannels eventChannels() {
      return ports.eventChannels();
    }

    @Override
    public synchronized Held map(DomainId owner, GrantRef ref, Access access) throws XenException {
      HeldPage page = new HeldPage();
      page.map(() -> ports.grantTable().map(owner, ref, access));
      held.add(page);
      return page;
    }

    @Override
    public synchronized Puppet puppet() throws XenException {
      if (control == null) {
        throw new XenException(Errno.EPERM, "this agent plays no guest: start it in dom0");
      }
      if (puppet == null) {
        puppet = new PuppetGuest(control, puppetId);
      }
      return puppet;
    }

    @Override
    public synchronized void close() throws XenException {
      held.forEach(Held::close);
      if (puppet != null) {
        puppet.close();
      }
      if (control == null) {
        ((LibDomainPorts) ports).close();
      } else {
        ((LibControlPorts) ports).close();
      }
    }
  }

  /** A window in a thread of its own, as windows are confined. */
  private static final class HeldPage implements LabHost.Held {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private SharedPage page;

    private interface Mapping {
      SharedPage map() throws XenException;
    }

    void map(Mapping mapping) throws XenException {
      try {
        page = thread.submit(mapping::map).get();
      } catch (ExecutionException e) {
        thread.shutdown();
        if (e.getCause() instanceof XenException refusal) {
          throw refusal;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      if (thread.isShutdown()) {
        return;
      }
      try {
        thread.submit(page::close).get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      } finally {
        thread.shutdown();
      }
    }
  }
}
