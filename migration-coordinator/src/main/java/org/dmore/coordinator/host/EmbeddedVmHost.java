package org.dmore.coordinator.host;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.dmore.xen.DomainId;
import org.dmore.xen.embedded.DomainState;
import org.dmore.xen.embedded.EmbeddedDomain;
import org.dmore.xen.embedded.EmbeddedHost;
import org.dmore.xen.embedded.Migration;
import org.dmore.xen.embedded.MigrationOptions;
import org.dmore.xen.embedded.MigrationPhase;
import org.dmore.xen.embedded.MigrationProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host of the embedded machine room. Thread-safe. */
public final class EmbeddedVmHost implements VmHost, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedVmHost.class);
  private static final Duration SERVE_PATIENCE = Duration.ofSeconds(10);

  private final EmbeddedHost host;
  private final HostAgent agent;
  private final BiFunction<String, MigrationOptions, MigrationOptions> options;
  private final EmbeddedToolstack toolstack;
  private final Attachments attachments;

  /**
   * Wraps a host whose toolstack leaves every migration to be decided by who started it.
   *
   * @param options what to change of the default options when a VM, named, is migrated from here
   */
  public EmbeddedVmHost(
      EmbeddedHost host, BiFunction<String, MigrationOptions, MigrationOptions> options) {
    this(host, options, EmbeddedToolstack.UNDECIDED);
  }

  /**
   * Wraps a host.
   *
   * @param options what to change of the default options when a VM, named, is migrated from here
   * @param toolstack what real hosts leave to theirs
   */
  public EmbeddedVmHost(
      EmbeddedHost host,
      BiFunction<String, MigrationOptions, MigrationOptions> options,
      EmbeddedToolstack toolstack) {
    this.host = host;
    this.agent = new HostAgent(host.dom0());
    this.options = options;
    this.toolstack = toolstack;
    this.attachments = new Attachments(host.dom0(), SERVE_PATIENCE, toolstack.power());
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
  public List<String> vms() {
    return host.domains().stream().map(EmbeddedDomain::name).toList();
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
  public long totalMemory() {
    return host.memoryBytes();
  }

  @Override
  public VmMigration migrate(String vm, VmHost destination) throws IOException {
    Migration migration =
        host.migrate(
            domain(vm), room(destination.name()), options.apply(vm, MigrationOptions.DEFAULT));
    boolean forGood = toolstack.landsForGood().test(vm);
    if (forGood) {
      completeWhenLanded(migration);
    }
    return new EmbeddedVmMigration(migration, forGood, true);
  }

  /** As libvirt does, whatever becomes of who asked it to. */
  private static void completeWhenLanded(Migration migration) {
    Thread toolstack =
        new Thread(
            () -> {
              try {
                migration.awaitLanded(Duration.ofDays(1));
                migration.complete();
              } catch (IOException | IllegalStateException e) {
                LOG.debug("domain={} failed or was called off", migration.domain().name(), e);
              } catch (TimeoutException e) {
                LOG.error("domain={} does not end", migration.domain().name(), e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "toolstack");
    toolstack.setDaemon(true);
    toolstack.start();
  }

  @Override
  public Optional<VmMigration> migrationOf(String vm) {
    return host.find(vm)
        .flatMap(EmbeddedDomain::activeMigration)
        .map(
            migration -> {
              boolean forGood = toolstack.landsForGood().test(vm);
              return new EmbeddedVmMigration(migration, forGood, !forGood);
            });
  }

  @Override
  public Landing open(String vm, String source, String from, String stack) {
    return new Landing("", "");
  }

  @Override
  public Optional<IncomingVm> incoming(String vm) {
    return host.listing().stream()
        .filter(domain -> domain.name().equals(vm + EmbeddedHost.INCOMING))
        .map(domain -> new IncomingVm(domain.id(), domain.memoryBytes()))
        .findFirst();
  }

  @Override
  public void destroy(String vm) {
    host.find(vm).ifPresent(host::destroy);
  }

  @Override
  public void giveUp(String vm) {
    // What arrives here ends with its stream.
  }

  @Override
  public void startConsoleVm(String domR) throws IOException, InterruptedException {
    toolstack.consoleVms().start(host, domR);
  }

  @Override
  public PowerActions power() {
    return toolstack.power();
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

  @Override
  public void unpause(String vm) throws IOException {
    host.unpause(domain(vm));
  }

  @Override
  public void close() {
    attachments.close();
    agent.close();
  }

  private EmbeddedHost room(String destination) throws IOException {
    try {
      return host.room().host(destination);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private EmbeddedDomain domain(String vm) throws IOException {
    return host.find(vm)
        .orElseThrow(() -> new IOException("vm=" + vm + " is not on host=" + host.name()));
  }

  private static final class EmbeddedVmMigration implements VmMigration {
    private final Migration migration;
    private final boolean forGood;
    private final boolean canAbort;

    /**
     * Wraps one.
     *
     * @param canAbort whether whoever asks can call it off: with a toolstack that decides by itself
     *     only who began it can
     */
    EmbeddedVmMigration(Migration migration, boolean forGood, boolean canAbort) {
      this.migration = migration;
      this.forGood = forGood;
      this.canAbort = canAbort;
    }

    @Override
    public boolean landsForGood() {
      return forGood;
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
      if (forGood) {
        awaitCompleted(System.nanoTime() + timeout.toNanos());
      }
    }

    private void awaitCompleted(long deadline) throws TimeoutException, InterruptedException {
      while (migration.phase() != MigrationPhase.COMPLETED) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException(
              "domain=" + migration.domain().name() + " has landed and is about to complete");
        }
        Thread.sleep(1);
      }
    }

    @Override
    public void complete() {
      if (!forGood) {
        migration.complete();
      }
    }

    @Override
    public void abort() throws IOException {
      if (!canAbort) {
        throw new IOException("domain=" + migration.domain().name() + " moves on");
      }
      try {
        migration.abort();
      } catch (IllegalStateException e) {
        throw new IOException("it has landed for good: " + e.getMessage(), e);
      }
    }

    @Override
    public Duration standingStill() {
      return migration.standingStill();
    }
  }
}
