package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.control.Placement.Candidate;
import org.dmore.coordinator.control.Placement.Finding;
import org.dmore.coordinator.control.Placement.Need;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.Inventory;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether a pair of this host can move, and where to. Thread-safe; changes nothing. */
final class MovePlanner {
  private static final Logger LOG = LoggerFactory.getLogger(MovePlanner.class);
  private static final List<String> STEPS =
      Arrays.stream(MigrationStep.values()).map(MigrationStep::words).toList();

  private final VmHost local;
  private final Inventory inventory;
  private final HostDirectory directory;

  MovePlanner(VmHost local, Inventory inventory, HostDirectory directory) {
    this.local = local;
    this.inventory = inventory;
    this.directory = directory;
  }

  /**
   * What was found.
   *
   * @param pair which pair
   * @param to the destination; empty if there is none
   * @param findings what was looked at, in order
   */
  record Examination(PairRecord pair, Optional<String> to, List<Finding> findings) {

    MigrationPlan plan() {
      return new MigrationPlan(
          pair.name(),
          pair.host(),
          to.orElse(""),
          findings.stream().map(Finding::check).toList(),
          STEPS);
    }

    /** The destination, if nothing stands in the way. */
    String require() throws ControlException {
      for (Finding finding : findings) {
        if (!finding.ok()) {
          throw new ControlException(
              finding.otherwise(),
              "pair=%s cannot move%s: %s: %s"
                  .formatted(
                      pair.name(),
                      to.map(host -> " to host=" + host).orElse(""),
                      finding.detail(),
                      "it must be that " + finding.what()));
        }
      }
      return to.orElseThrow();
    }
  }

  /** Looks at a pair that this host has. */
  Examination examine(PairRecord pair, Optional<String> wanted) throws IOException {
    List<Finding> findings = new ArrayList<>();
    boolean here = addPair(pair, findings);
    if (!here) {
      return new Examination(pair, wanted, findings);
    }
    long memory = 0;
    for (String vm : pair.vms()) {
      memory += local.memoryOf(vm);
    }
    Need need = new Need(memory, pair.vms().size(), pair.affinity());
    Set<String> present = inventory.presentHosts();
    List<MigrationRecord> running = running();
    Optional<Candidate> chosen;
    if (wanted.isPresent()) {
      HostRecord host = directory.record(wanted.get());
      boolean elsewhere = !directory.isLocal(host.name());
      findings.add(
          new Finding(
              "the destination is another host",
              elsewhere,
              elsewhere ? "yes" : "host=" + host.name() + " is where the pair is",
              Reason.CONFLICT));
      Candidate candidate = candidate(host, present, running);
      findings.addAll(Placement.examine(candidate, need));
      chosen = Optional.of(candidate);
    } else {
      List<Candidate> candidates = new ArrayList<>();
      for (HostRecord host : inventory.hosts().all()) {
        if (!directory.isLocal(host.name())) {
          candidates.add(candidate(host, present, running));
        }
      }
      chosen = Placement.choose(candidates, need);
      findings.add(
          new Finding(
              "a host has room",
              chosen.isPresent(),
              chosen
                  .map(candidate -> "host=" + candidate.host().name())
                  .orElse("no host has room: " + Placement.refusals(candidates, need)),
              Reason.CONFLICT));
      chosen.ifPresent(candidate -> findings.addAll(Placement.examine(candidate, need)));
    }
    if (chosen.isPresent() && chosen.get().absence().isEmpty()) {
      addNames(pair, chosen.get().host().name(), findings);
    }
    return new Examination(
        pair, chosen.map(candidate -> candidate.host().name()).or(() -> wanted), findings);
  }

  /** All moves that are under way, or wait for a leader. */
  List<MigrationRecord> running() throws IOException {
    return inventory.migrations().all().stream()
        .filter(migration -> !migration.state().hasEnded())
        .toList();
  }

  /** The move of a pair that is under way, or waits for a leader. */
  Optional<MigrationRecord> runningOf(String pair) throws IOException {
    return running().stream().filter(migration -> migration.pair().equals(pair)).findFirst();
  }

  /** Whether both are here. */
  private boolean addPair(PairRecord pair, List<Finding> findings) throws IOException {
    Optional<MigrationRecord> moving = runningOf(pair.name());
    findings.add(
        new Finding(
            "the pair does not move already",
            moving.isEmpty(),
            moving
                .map(move -> "migration=%s moves it to host=%s".formatted(move.id(), move.to()))
                .orElse("yes"),
            Reason.CONFLICT));
    boolean here = true;
    for (String vm : pair.vms()) {
      boolean runs = local.isRunning(vm);
      here &= local.find(vm).isPresent();
      findings.add(
          new Finding(
              "vm=" + vm + " runs",
              runs,
              runs ? "yes" : "vm=%s does not run on host=%s".formatted(vm, local.name()),
              Reason.CONFLICT));
    }
    return here;
  }

  private void addNames(PairRecord pair, String host, List<Finding> findings) throws IOException {
    VmHost destination = directory.host(host);
    for (String vm : pair.vms()) {
      boolean free = destination.find(vm).isEmpty() && destination.incoming(vm).isEmpty();
      findings.add(
          new Finding(
              "the name " + vm + " is free at the destination",
              free,
              free ? "yes" : "host=%s has a vm=%s already".formatted(host, vm),
              Reason.CONFLICT));
    }
  }

  /** A host as it stands; asked itself, since what its record says is some seconds old. */
  private Candidate candidate(HostRecord host, Set<String> present, List<MigrationRecord> running) {
    if (!present.contains(host.name())) {
      return new Candidate(host, "its hostd is not present", 0, 0, 0, 0);
    }
    try {
      VmHost vms = directory.host(host.name());
      long promisedBytes = 0;
      int promisedVms = 0;
      // First what is promised, then what is free: a VM that arrives between is counted twice
      // rather than not at all.
      for (MigrationRecord move : running) {
        Optional<PairRecord> pair = inventory.pairs().find(move.pair());
        if (move.to().equals(host.name()) && pair.isPresent()) {
          for (String vm : pair.get().vms()) {
            if (vms.find(vm).isEmpty()) {
              promisedVms++;
              promisedBytes += outstanding(vms, move, vm);
            }
          }
        }
      }
      return new Candidate(
          host, "", vms.freeMemory(), promisedBytes, vms.vms().size(), promisedVms);
    } catch (IOException e) {
      return new Candidate(host, "it does not answer: " + e.getMessage(), 0, 0, 0, 0);
    }
  }

  /** Memory that a VM on its way will still take; none if its source cannot send it. */
  private long outstanding(VmHost destination, MigrationRecord move, String vm) throws IOException {
    long has = destination.incoming(vm).map(VmHost.IncomingVm::memoryBytes).orElse(0L);
    try {
      VmHost source = directory.host(move.from());
      return source.find(vm).isEmpty() ? 0 : Math.max(0, source.memoryOf(vm) - has);
    } catch (IOException e) {
      LOG.debug("migration={} has a source that does not answer: {}", move.id(), e.getMessage());
      return 0;
    }
  }
}
