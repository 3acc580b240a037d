package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenStore;

/** VMs by {@code xl}. */
final class XlToolstack implements Toolstack {
  private final XlProgram xl;
  private final XenStore store;
  private final HostSettings settings;
  private final DomainDirectory directory;

  XlToolstack(XlProgram xl, XenStore store, HostSettings settings) {
    this.xl = xl;
    this.store = store;
    this.settings = settings;
    this.directory = new DomainDirectory(store);
  }

  @Override
  public String name() {
    return "xl";
  }

  /** All that have exactly the name: one that arrives by xl has another until it is let go. */
  @Override
  public boolean manages(String vm) throws IOException {
    return directory.find(vm).isPresent();
  }

  @Override
  public boolean isRunning(String vm) throws IOException {
    return list().find(vm).map(XlListing.Line::runs).orElse(false);
  }

  XlListing list() throws IOException {
    return XlListing.parse(xl.run("list"));
  }

  @Override
  public void unpause(String vm) throws IOException {
    String unused = xl.run("unpause", vm);
  }

  @Override
  public void destroy(String vm) throws IOException {
    String unused = xl.run("destroy", vm);
  }

  void create(String configuration) throws IOException {
    String unused = xl.run("create", configuration);
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination, VmHost.Landing landing)
      throws IOException {
    DomainId id =
        directory.find(vm).orElseThrow(() -> new IOException("vm=" + vm + " is not on this host"));
    Suspension suspension = new Suspension(store, id);
    XlStream stream =
        XlStream.start(
            folder(vm), vm, settings.streams().connector(landing.stream(), destination.name()));
    return migration(vm, stream, suspension, new Growth(destination, vm, memory(id)));
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) throws IOException {
    Optional<XlStream> stream = XlStream.of(folder(vm));
    Optional<DomainId> id = directory.find(vm);
    if (stream.isEmpty() || id.isEmpty()) {
      return Optional.empty();
    }
    Suspension suspension = new Suspension(store, id.get());
    return Optional.of(migration(vm, stream.get(), suspension, Growth.unwatched(memory(id.get()))));
  }

  private VmMigration migration(String vm, XlStream stream, Suspension suspension, Growth growth) {
    return new XlMigration(vm, stream, growth, suspension, settings.command());
  }

  private long memory(DomainId id) throws IOException {
    return directory.memoryBytes(id);
  }

  private Path folder(String vm) {
    return settings.runFolder().resolve("streams").resolve(vm);
  }

  @Override
  public void perform(String vm, PowerAction action) throws IOException {
    String unused =
        switch (action) {
          case SHUTDOWN -> xl.run("shutdown", "-F", vm);
          case REBOOT -> xl.run("reboot", "-F", vm);
          case RESET -> xl.run("trigger", vm, "reset");
        };
  }

  @Override
  public void close() {}
}
