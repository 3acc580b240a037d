package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.Migration;
import org.dmore.xen.embedded.MigrationOptions;
import org.dmore.xen.embedded.MigrationProgress;

/** A host of the embedded machine room. Thread-safe. */
public final class EmbeddedVmHost implements VmHost, AutoCloseable {
  private final EmbeddedHost host;
  private final HostAgent agent;
  private final BiFunction<String, MigrationOptions, MigrationOptions> options;

  /**
   * Wraps a host.
   *
   * @param options what to change of the default options when a VM, named, is migrated from here
   */
  public EmbeddedVmHost(
      EmbeddedHost host, BiFunction<String, MigrationOptions, MigrationOptions> options) {
    this.host = host;
    this.agent = new HostAgent(host.dom0());
    this.options = options;
  }

  @Override
  public String name() {
    return host.name();
  }

  @Override
  public HostAgent agent() {
    return agent;
  }

  @Override
  public Optional<DomainId> find(String vm) {
    return host.find(vm).map(EmbeddedDomain::id);
  }

  @Override
  public boolean isRunning(String vm) {
    return host.find(vm).map(domain -> domain.state() == DomainState.RUNNING).orElse(false);
  }

  @Override
  public long memoryOf(String vm) throws IOException {
    return domain(vm).config().memoryBytes();
  }

  @Override
  public long freeMemory() {
    return host.freeMemoryBytes();
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination) throws IOException {
    if (!(destination instanceof EmbeddedVmHost embedded)) {
      throw new IOException(
          "host=" + destination.name() + " is not embedded: vm=" + vm + " cannot move there");
    }
    return new EmbeddedVmMigration(
        host.migrate(domain(vm), embedded.host, options.apply(vm, MigrationOptions.DEFAULT)));
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) {
    return host.find(vm).flatMap(EmbeddedDomain::activeMigration).map(EmbeddedVmMigration::new);
  }

  @Override
  public void unpause(String vm) throws IOException {
    host.unpause(domain(vm));
  }

  @Override
  public void close() {
    agent.close();
  }

  private EmbeddedDomain domain(String vm) throws IOException {
    return host.find(vm)
        .orElseThrow(() -> new IOException("vm=" + vm + " is not on host=" + host.name()));
  }

  private static final class EmbeddedVmMigration implements VmMigration {
    private final Migration migration;

    EmbeddedVmMigration(Migration migration) {
      this.migration = migration;
    }

    @Override
    public Progress progress() {
      MigrationProgress progress = migration.progress();
      return new Progress(
          progress.phase().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
          progress.bytesCopied(),
          progress.bytesTotal(),
          progress.estimatedRemaining());
    }

    @Override
    public Optional<DomainId> incomingId() {
      return migration.incomingId();
    }

    @Override
    public void awaitLanded(Duration timeout)
        throws IOException, TimeoutException, InterruptedException {
      migration.awaitLanded(timeout);
    }

    @Override
    public void complete() {
      migration.complete();
    }

    @Override
    public void abort() {
      migration.abort();
    }

    @Override
    public Duration standingStill() {
      return migration.standingStill();
    }
  }
}
