package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dmore.coordinator.host.Attachments;
import org.dmore.coordinator.host.ConsoleAgent;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.HostAgent;
import org.dmore.coordinator.host.PowerActions;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.ControlPorts;
import org.dmore.xen.DomainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This very host, a real one: VMs by libvirt where that knows them, by {@code xl} otherwise; DomRs
 * always by {@code xl}, since their moves have to wait for the user VM's. Thread-safe.
 */
public final class XenVmHost implements VmHost, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XenVmHost.class);

  private final String name;
  private final HostSettings settings;
  private final DomainDirectory directory;
  private final HostAgent agent;
  private final Attachments attachments;
  private final XlToolstack xl;
  private final Optional<LibvirtToolstack> libvirt;
  private final Landings landings;
  private final HostMemory memory;

  /**
   * Opens it.
   *
   * @param ports dom0's interfaces, which stay the caller's
   */
  public XenVmHost(String name, HostSettings settings, ControlPorts ports) {
    this.name = name;
    this.settings = settings;
    this.directory = new DomainDirectory(ports.xenStore());
    this.agent = new HostAgent(ports);
    XlProgram program = new XlProgram(settings.command());
    this.xl = new XlToolstack(program, ports.xenStore(), settings);
    this.libvirt =
        settings
            .libvirtUri()
            .map(
                uri ->
                    new LibvirtToolstack(
                        new LibvirtConnection(uri, settings.command()),
                        ports.xenStore(),
                        settings));
    this.attachments = new Attachments(ports, settings.serve(), power());
    this.landings = new Landings(settings);
    this.memory = new HostMemory(program);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ConsoleAgent agent() {
    return agent;
  }

  @Override
  public List<String> vms() throws IOException {
    return xl.list().domains().stream()
        .filter(domain -> !domain.arrives() && !domain.name().contains("--"))
        .map(XlListing.Line::name)
        .toList();
  }

  /** By libvirt a VM arrives under its own name: libvirt tells, or that it has no processor yet. */
  @Override
  public Optional<DomainId> find(String vm) throws IOException {
    Optional<DomainId> found = directory.find(vm);
    if (found.isEmpty() || libvirt.isEmpty()) {
      return found;
    }
    boolean arrives;
    try {
      arrives = libvirt.get().isArriving(vm);
    } catch (IOException e) { // libvirtd is down; Xen is not
      arrives = xl.list().find(vm).map(XlListing.Line::arrives).orElse(true);
    }
    return arrives ? Optional.empty() : found;
  }

  @Override
  public boolean isRunning(String vm) throws IOException {
    return find(vm).isPresent() && xl.isRunning(vm);
  }

  @Override
  public long memoryOf(String vm) throws IOException {
    return directory.memoryBytes(
        find(vm).orElseThrow(() -> new IOException("vm=" + vm + " is not on host=" + name)));
  }

  @Override
  public long freeMemory() throws IOException {
    return memory.free();
  }

  @Override
  public long totalMemory() throws IOException {
    return memory.total();
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination) throws IOException {
    Toolstack toolstack = managing(vm);
    Landing landing = destination.open(vm, name, settings.address(), toolstack.name());
    return toolstack.migrate(vm, destination, landing);
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) throws IOException {
    Optional<VmMigration> byXl = xl.migrationOf(vm);
    return byXl.isPresent() || libvirt.isEmpty() ? byXl : libvirt.get().migrationOf(vm);
  }

  @Override
  public Landing open(String vm, String source, String from, String toolstack) throws IOException {
    return switch (toolstack) {
      case "xl" -> landings.forXl(source, from);
      case "libvirt" -> landings.forLibvirt();
      default -> throw new IOException("toolstack=" + toolstack + " is not known here");
    };
  }

  @Override
  public Optional<IncomingVm> incoming(String vm) throws IOException {
    return xl.list().arriving(vm).map(line -> new IncomingVm(line.id(), line.memoryBytes()));
  }

  @Override
  public void unpause(String vm) throws IOException {
    managing(vm).unpause(vm);
  }

  @Override
  public void destroy(String vm) throws IOException {
    if (find(vm).isPresent()) {
      managing(vm).destroy(vm);
    }
  }

  @Override
  public void giveUp(String vm) throws IOException {
    Optional<XlListing.Line> left = find(vm).isPresent() ? Optional.empty() : xl.list().find(vm);
    if (left.isPresent()) {
      xl.destroy(left.get().id().toString());
      LOG.error(
          "vm={} was left here by a move that failed, and is destroyed. libvirtd may still list it,"
              + " and lets it come no more before it is restarted",
          vm);
    }
  }

  @Override
  public void startConsoleVm(String domR) throws IOException {
    String configuration =
        settings
            .consoleVms()
            .orElseThrow(
                () ->
                    new IOException(
                        "host=%s does not know how to start domr=%s: set consoleVms in its settings"
                            .formatted(name, domR)))
            .formatted(domR);
    xl.create(configuration);
  }

  @Override
  public PowerActions power() {
    return (vm, action) -> managing(vm).perform(vm, action);
  }

  @Override
  public void follow(String domU, String domR, boolean shared) throws IOException {
    Optional<DomainId> here = find(domU);
    if (here.isPresent()) {
      agent.forgetDevices(here.get());
    }
    attachments.follow(domU, domR, shared);
  }

  @Override
  public void unfollow(String domU) {
    attachments.unfollow(domU);
  }

  private Toolstack managing(String vm) throws IOException {
    if (libvirt.isPresent() && libvirt.get().manages(vm)) {
      return libvirt.get();
    }
    if (xl.manages(vm)) {
      return xl;
    }
    throw new IOException("vm=" + vm + " is not on host=" + name);
  }

  @Override
  public void close() {
    attachments.close();
    agent.close();
    libvirt.ifPresent(LibvirtToolstack::close);
  }
}
