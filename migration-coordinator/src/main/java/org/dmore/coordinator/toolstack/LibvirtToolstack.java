package org.dmore.coordinator.toolstack;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmore.coordinator.host.DomainDirectory;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.xen.DomainId;
import org.dmore.xen.XenStore;
import org.libvirt.Domain;
import org.libvirt.DomainInfo;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;
import org.libvirt.TypedParameter;
import org.libvirt.TypedStringParameter;

/** VMs that libvirt knows, through its libxl driver. */
final class LibvirtToolstack implements Toolstack {
  /** {@code VIR_MIGRATE_PARAM_URI}: where the memory goes. */
  private static final String MIGRATE_URI = "migrate_uri";

  /** {@code virDomainJobType}: nothing is being done with the domain. */
  private static final int JOB_NONE = 0;

  private static final Duration POLL = Duration.ofMillis(200);

  private final LibvirtConnection libvirt;
  private final XenStore store;
  private final HostSettings settings;
  private final DomainDirectory directory;

  LibvirtToolstack(LibvirtConnection libvirt, XenStore store, HostSettings settings) {
    this.libvirt = libvirt;
    this.store = store;
    this.settings = settings;
    this.directory = new DomainDirectory(store);
  }

  @Override
  public String name() {
    return "libvirt";
  }

  /** One that arrives is not active until all of it is there. */
  @Override
  public boolean manages(String vm) throws IOException {
    return libvirt.ofDomain(vm, domain -> domain.isActive() == 1 && !arrives(domain)).orElse(false);
  }

  /**
   * Whether libvirt knows the VM but it is not this host's yet: not all of it is there, or nobody
   * has said that its move has succeeded. If the source cannot say so any more, it stays like that:
   * paused, without having run, and with the move's job.
   */
  boolean isArriving(String vm) throws IOException {
    return libvirt.ofDomain(vm, LibvirtToolstack::arrives).orElse(false);
  }

  private static boolean arrives(Domain domain) throws LibvirtException {
    DomainInfo info = domain.getInfo();
    return arrives(
        domain.getJobInfo().getType() != JOB_NONE,
        domain.isActive() == 1,
        info.state == DomainState.VIR_DOMAIN_PAUSED,
        info.cpuTime);
  }

  /**
   * Whether libvirtd is receiving a domain that is not ours yet. A domain that leaves has a job
   * too, but is active and has used its processors; one that has landed has none.
   */
  static boolean arrives(boolean hasJob, boolean active, boolean paused, long cpuNanos) {
    return hasJob && (!active || (paused && cpuNanos == 0));
  }

  @Override
  public boolean isRunning(String vm) throws IOException {
    DomainState state =
        libvirt
            .ofDomain(vm, domain -> domain.getInfo().state)
            .orElse(DomainState.VIR_DOMAIN_SHUTOFF);
    return switch (state) {
      case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED, VIR_DOMAIN_NOSTATE -> true;
      default -> false;
    };
  }

  @Override
  public void unpause(String vm) throws IOException {
    perform(vm, Domain::resume);
  }

  @Override
  public void destroy(String vm) throws IOException {
    perform(vm, Domain::destroy);
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination, VmHost.Landing landing)
      throws IOException {
    DomainId id =
        directory.find(vm).orElseThrow(() -> new IOException("vm=" + vm + " is not on this host"));
    boolean persistent =
        libvirt
            .ofDomain(vm, domain -> domain.isPersistent() == 1)
            .orElseThrow(() -> new IOException("libvirt does not know vm=" + vm));
    int flags =
        Domain.MigrateFlags.LIVE
            | Domain.MigrateFlags.PEER2PEER
            | Domain.MigrateFlags.PAUSED
            | (settings.tunnelled() ? Domain.MigrateFlags.TUNNELED : 0)
            | (persistent
                ? Domain.MigrateFlags.PERSIST_DEST | Domain.MigrateFlags.UNDEFINE_SOURCE
                : 0);
    Suspension suspension = new Suspension(store, id);
    // A bandwidth, which the older calls always give, is refused by the libxl driver.
    TypedParameter[] parameters =
        settings.tunnelled()
            ? new TypedParameter[0]
            : new TypedParameter[] {
              new TypedStringParameter(MIGRATE_URI, "tcp://" + landing.stream())
            };
    CompletableFuture<Void> end =
        libvirt.begin(
            connect -> {
              int unused =
                  connect
                      .domainLookupByName(vm)
                      .migrateToURI(landing.libvirtUri(), parameters, flags);
              return null;
            });
    return new LibvirtMigration(
        vm,
        end,
        new Growth(destination, vm, directory.memoryBytes(id)),
        suspension,
        () -> cut(vm, landing.stream()),
        settings.command());
  }

  /**
   * One that a former leader asked for: libvirtd goes on with it. It has landed when the VM is no
   * longer here, and has failed when it is and nothing is being done with it.
   */
  @Override
  public Optional<VmMigration> migrationOf(String vm) throws IOException {
    Optional<DomainId> id = directory.find(vm);
    boolean busy =
        libvirt
            .ofDomain(
                vm, domain -> domain.isActive() == 1 && domain.getJobInfo().getType() != JOB_NONE)
            .orElse(false);
    if (!busy || id.isEmpty()) {
      return Optional.empty();
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    Thread watcher = new Thread(() -> watch(vm, end), "libvirt-migration-of-" + vm);
    watcher.setDaemon(true);
    watcher.start();
    return Optional.of(
        new LibvirtMigration(
            vm,
            end,
            Growth.unwatched(directory.memoryBytes(id.get())),
            new Suspension(store, id.get()),
            () -> {
              throw new IOException("vm=" + vm + " moves on; it was another hostd that began it");
            },
            settings.command()));
  }

  private void watch(String vm, CompletableFuture<Void> end) {
    while (!end.isDone()) {
      try {
        Optional<Boolean> busy =
            libvirt.ofDomain(
                vm, domain -> domain.isActive() == 1 && domain.getJobInfo().getType() != JOB_NONE);
        if (busy.isEmpty() || directory.find(vm).isEmpty()) {
          end.complete(null);
        } else if (!busy.get()) {
          end.completeExceptionally(new IOException("vm=" + vm + " did not move"));
        }
        Thread.sleep(POLL.toMillis());
      } catch (IOException e) {
        end.completeExceptionally(e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The libxl driver can call nothing off; it does so itself when the connection breaks. */
  private void cut(String vm, String stream) throws IOException {
    if (settings.tunnelled()) {
      throw new IOException("vm=" + vm + " moves through libvirt's own connection: it goes on");
    }
    int colon = stream.lastIndexOf(':');
    List<String> command =
        List.of(
            "ss", "-K", "dst", stream.substring(0, colon), "dport", "=", stream.substring(colon));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(settings.command().toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
        throw new IOException("'" + String.join(" ", command) + "' does not end");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "'%s' failed with status=%d: vm=%s moves on"
                .formatted(String.join(" ", command), process.exitValue(), vm));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the connection of vm=" + vm + " was cut", e);
    }
  }

  @Override
  public void perform(String vm, PowerAction action) throws IOException {
    switch (action) {
      case SHUTDOWN -> perform(vm, Domain::shutdown);
      case REBOOT -> perform(vm, domain -> domain.reboot(0));
      case RESET -> reset(vm);
    }
  }

  /** The libxl driver has no reset. */
  private void reset(String vm) throws IOException {
    boolean persistent = libvirt.ofDomain(vm, domain -> domain.isPersistent() == 1).orElse(false);
    if (!persistent) {
      throw new IOException("vm=" + vm + " is not defined in libvirt: it would not come back");
    }
    perform(vm, Domain::destroy);
    perform(vm, domain -> libvirtCreate(domain));
  }

  private static void libvirtCreate(Domain domain) throws org.libvirt.LibvirtException {
    int unused = domain.create();
  }

  /** Something done to a domain. */
  @FunctionalInterface
  private interface Change {
    void on(Domain domain) throws org.libvirt.LibvirtException;
  }

  private void perform(String vm, Change change) throws IOException {
    boolean known =
        libvirt
            .ofDomain(
                vm,
                domain -> {
                  change.on(domain);
                  return true;
                })
            .orElse(false);
    if (!known) {
      throw new IOException("libvirt does not know vm=" + vm);
    }
  }

  @Override
  public void close() {
    libvirt.close();
  }
}
