package org.dmore.coordinator.cli.hostd;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.control.ConsoleAccess;
import org.dmore.coordinator.control.ConsoleRequest;
import org.dmore.coordinator.control.ControlException;
import org.dmore.coordinator.control.ControlPlane;
import org.dmore.coordinator.control.DrainRequest;
import org.dmore.coordinator.control.HostEdit;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.MigrationPlan;
import org.dmore.coordinator.control.MigrationRequest;
import org.dmore.coordinator.control.MigrationStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.host.PowerAction;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.PairRecord;

/** A hostd that writes down what it was asked, and answers what a test has laid out. */
final class RecordingControlPlane implements ControlPlane {
  private final List<String> asked = new ArrayList<>();
  final List<HostStatus> hosts = new ArrayList<>();
  final List<PairStatus> pairs = new ArrayList<>();
  final List<MigrationStatus> migrations = new ArrayList<>();

  /** Answers to looks at a move, or what they fail with; the last one stays. */
  final Deque<Object> looks = new ArrayDeque<>();

  /** Answers to looks at a drain; the last one stays. */
  final Deque<DrainRecord> drains = new ArrayDeque<>();

  private Optional<IOException> failure = Optional.empty();
  private Optional<MigrationPlan> plan = Optional.empty();
  private Optional<ConsoleAccess> access = Optional.empty();

  /** Fails whatever is asked from now on. */
  void fail(IOException next) {
    failure = Optional.of(next);
  }

  void answer(MigrationPlan next) {
    plan = Optional.of(next);
  }

  void answer(ConsoleAccess next) {
    access = Optional.of(next);
  }

  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  private synchronized void record(String what) throws IOException {
    asked.add(what);
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static ControlException missing(String what) {
    return new ControlException(ControlException.Reason.NOT_FOUND, "no " + what);
  }

  @Override
  public List<HostStatus> hosts() throws IOException {
    record("hosts");
    return List.copyOf(hosts);
  }

  @Override
  public HostStatus editHost(String host, HostEdit edit) throws IOException {
    record("editHost " + host + " " + edit);
    HostRecord before = find(host).host();
    HostRecord after =
        new HostRecord(
            before.name(),
            before.api(),
            before.memoryBytes(),
            edit.maxVms().orElse(before.maxVms()),
            edit.labels().orElse(before.labels()),
            before.state(),
            before.freeMemoryBytes(),
            before.lastSeen());
    return new HostStatus(after, true, 0);
  }

  private HostStatus find(String host) throws IOException {
    return hosts.stream()
        .filter(status -> status.host().name().equals(host))
        .findFirst()
        .orElseThrow(() -> missing("host=" + host));
  }

  @Override
  public List<PairStatus> pairs() throws IOException {
    record("pairs");
    return List.copyOf(pairs);
  }

  @Override
  public PairStatus pair(String name) throws IOException {
    record("pair " + name);
    return pairs.stream()
        .filter(status -> status.pair().name().equals(name))
        .findFirst()
        .orElseThrow(() -> missing("pair=" + name));
  }

  @Override
  public PairStatus definePair(PairRecord pair) throws IOException {
    record("definePair " + pair);
    return new PairStatus(pair.withHost("alpha"), Optional.empty());
  }

  @Override
  public void forgetPair(String name) throws IOException {
    record("forgetPair " + name);
  }

  @Override
  public MigrationPlan plan(MigrationRequest request) throws IOException {
    record("plan " + request);
    return plan.orElseThrow(() -> missing("pair=" + request.pair()));
  }

  @Override
  public MigrationStatus migrate(MigrationRequest request) throws IOException {
    record("migrate " + request);
    return migrations.get(0);
  }

  @Override
  public List<MigrationStatus> migrations() throws IOException {
    record("migrations");
    return List.copyOf(migrations);
  }

  @Override
  public synchronized MigrationStatus migration(String id) throws IOException {
    record("migration " + id);
    Object next = looks.size() > 1 ? looks.poll() : looks.element();
    if (next instanceof IOException broken) {
      throw broken;
    }
    return (MigrationStatus) next;
  }

  @Override
  public MigrationStatus cancel(String id) throws IOException {
    record("cancel " + id);
    return migrations.get(0);
  }

  @Override
  public DrainRecord drain(DrainRequest request) throws IOException {
    record("drain " + request);
    return drains.element();
  }

  @Override
  public DrainRecord drainOf(String host) throws IOException {
    record("drainOf " + host);
    return drains.size() > 1 ? drains.poll() : drains.element();
  }

  @Override
  public DrainRecord pauseDrain(String host) throws IOException {
    record("pauseDrain " + host);
    return drains.element().withState(DrainRecord.State.PAUSED);
  }

  @Override
  public HostStatus undrain(String host) throws IOException {
    record("undrain " + host);
    return find(host);
  }

  @Override
  public ConsoleAccess openConsole(ConsoleRequest request) throws IOException {
    record("openConsole " + request);
    return access.orElseGet(
        () ->
            new ConsoleAccess(
                "10.0.0.9:5900",
                request.kind(),
                request.kind() == ConsoleRequest.Kind.TOKEN ? "eyJ.a.b" : "pass0123",
                "otp-1",
                Instant.parse("2026-11-28T12:05:00Z")));
  }

  @Override
  public void revokeAccess(String pair, Map<String, String> which) throws IOException {
    record("revokeAccess " + pair + " " + which);
  }

  @Override
  public void power(String pair, Optional<String> guest, PowerAction action) throws IOException {
    record("power " + pair + guest.map(name -> "/" + name).orElse("") + " " + action);
  }
}
