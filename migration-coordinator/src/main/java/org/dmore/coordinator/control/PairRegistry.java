package org.dmore.coordinator.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.store.record.MigrationRecord;
import org.dmore.coordinator.store.record.PairRecord;
import org.dmore.vdev.service.ConsoledConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pairs: which there are, and keeping the consoles attached of those here. Thread-safe. */
final class PairRegistry {
  /** As many as a DomR serves. */
  private static final int MAX_GUESTS = ConsoledConfig.MAX_GUESTS;

  private static final Logger LOG = LoggerFactory.getLogger(PairRegistry.class);

  private final MoveContext context;
  private final MovePlanner planner;
  private final PairLocks locks;

  PairRegistry(MoveContext context, MovePlanner planner, PairLocks locks) {
    this.context = context;
    this.planner = planner;
    this.locks = locks;
  }

  List<PairStatus> all() throws IOException {
    Map<String, String> moving =
        planner.running().stream()
            .collect(
                Collectors.toMap(
                    MigrationRecord::pair, MigrationRecord::id, (first, second) -> first));
    return context.inventory().pairs().all().stream()
        .map(pair -> new PairStatus(pair, Optional.ofNullable(moving.get(pair.name()))))
        .toList();
  }

  PairStatus one(String name) throws IOException {
    return new PairStatus(
        context.directory().pair(name), planner.runningOf(name).map(MigrationRecord::id));
  }

  /** Defines a pair that is here, or has the host define it that has both VMs. */
  PairStatus define(PairRecord pair) throws IOException {
    check(pair);
    Optional<Peer> elsewhere = locate(pair);
    if (elsewhere.isPresent()) {
      return elsewhere.get().control().definePair(pair);
    }
    PairRecord here = pair.withHost(context.local().name());
    return locks.holding(pair.name(), context.settings().answer(), () -> defineHere(here));
  }

  private PairStatus defineHere(PairRecord here) throws IOException {
    checkAlone(here);
    Optional<PairRecord> before = context.inventory().pairs().find(here.name());
    if (before.isEmpty() && !context.inventory().pairs().create(here)) {
      throw new ControlException(
          Reason.CONFLICT, "pair=" + here.name() + " was defined by another just now");
    }
    if (before.isPresent()) {
      checkStill(here.name());
      Optional<PairRecord> unused = context.inventory().pairs().update(here.name(), old -> here);
      if (!before.get().pair().equals(here.pair())) {
        unfollow(context.local(), before.get());
      }
    }
    follow(context.local(), here);
    context
        .auditor()
        .tell("pair-defined", "pair", here.name(), "domu", String.join(",", here.guests()));
    return new PairStatus(here, Optional.empty());
  }

  /** Forgets a pair of this host. */
  void forget(String name) throws IOException {
    boolean unused =
        locks.holding(
            name,
            context.settings().answer(),
            () -> {
              PairRecord pair = context.directory().pair(name);
              checkStill(name);
              unfollow(context.local(), pair);
              return context.inventory().pairs().delete(name);
            });
    context.auditor().tell("pair-forgotten", "pair", name);
  }

  /** Follows every pair whose host this is, which has a console here, and which does not move. */
  void follow() throws IOException {
    for (PairRecord pair : context.inventory().pairs().all()) {
      if (context.directory().isLocal(pair.host())) {
        try {
          boolean unused =
              locks.holding(pair.name(), Duration.ZERO, () -> followIfStill(pair.name()));
        } catch (ControlException e) {
          LOG.debug("{}", e.getMessage()); // somebody works with it: next time
        }
      }
    }
  }

  private boolean followIfStill(String name) throws IOException {
    PairRecord pair = context.directory().pair(name);
    boolean still =
        context.directory().isLocal(pair.host())
            && hasConsole(context.local(), pair)
            && planner.runningOf(name).isEmpty();
    if (still) {
      follow(context.local(), pair);
    }
    return still;
  }

  /** Keeps the consoles of all of a pair's user VMs attached at a host. */
  static void follow(VmHost host, PairRecord pair) throws IOException {
    for (String guest : pair.guests()) {
      host.follow(guest, pair.domR(), pair.pair().isShared());
    }
  }

  /** Leaves them as they stand. */
  static void unfollow(VmHost host, PairRecord pair) throws IOException {
    for (String guest : pair.guests()) {
      host.unfollow(guest);
    }
  }

  /**
   * Fails if a pair moves.
   *
   * @throws ControlException with the move
   */
  void checkStill(String name) throws IOException {
    Optional<MigrationRecord> moving = planner.runningOf(name);
    if (moving.isPresent()) {
      throw new ControlException(
          Reason.CONFLICT,
          "pair=%s is moved to host=%s by migration=%s: wait for its end"
              .formatted(name, moving.get().to(), moving.get().id()));
    }
  }

  private static void check(PairRecord pair) throws ControlException {
    RequestRules.name("pair", pair.name());
    for (String guest : pair.guests()) {
      RequestRules.name("domu", guest);
    }
    RequestRules.name("domr", pair.domR());
    RequestRules.labels("labels", pair.labels());
    RequestRules.labels("affinity", pair.affinity());
    RequestRules.console(pair.console(), pair.guests().size());
    if (pair.vms().stream().distinct().count() != pair.vms().size()) {
      throw RequestRules.invalid("pair=" + pair.name() + " must be two VMs or more, not one twice");
    }
    if (pair.guests().size() > MAX_GUESTS) {
      throw RequestRules.invalid(
          "pair=%s has guests=%d, which are more than %d"
              .formatted(pair.name(), pair.guests().size(), MAX_GUESTS));
    }
  }

  /** Empty if both are here. */
  private Optional<Peer> locate(PairRecord pair) throws IOException {
    if (isHere(context.local(), pair)) {
      return Optional.empty();
    }
    List<String> seen = new ArrayList<>();
    addSeen(context.local(), pair, seen);
    for (Peer peer : context.directory().presentPeers()) {
      try {
        if (isHere(peer.host(), pair)) {
          return Optional.of(peer);
        }
        addSeen(peer.host(), pair, seen);
      } catch (IOException e) {
        seen.add("host=" + peer.host().name() + " does not answer: " + e.getMessage());
      }
    }
    throw new ControlException(
        Reason.NOT_FOUND,
        "pair=%s: no host has %s%s"
            .formatted(
                pair.name(),
                pair.vms().stream()
                    .map(vm -> "vm=" + vm)
                    .collect(
                        Collectors.joining(" and ", pair.vms().size() == 2 ? "both " : "", "")),
                seen.isEmpty() ? "" : "; " + String.join("; ", seen)));
  }

  private static void addSeen(VmHost host, PairRecord pair, List<String> seen) throws IOException {
    for (String vm : pair.vms()) {
      if (host.find(vm).isPresent()) {
        seen.add("vm=" + vm + " is on host=" + host.name());
      }
    }
  }

  private static boolean isHere(VmHost host, PairRecord pair) throws IOException {
    for (String vm : pair.vms()) {
      if (host.find(vm).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether DomR is here and somebody that it serves; of several guests one may be shut down. */
  private static boolean hasConsole(VmHost host, PairRecord pair) throws IOException {
    boolean any = false;
    for (String guest : pair.guests()) {
      any |= host.find(guest).isPresent();
    }
    return any && host.find(pair.domR()).isPresent();
  }

  /** A VM is of one pair. */
  private void checkAlone(PairRecord pair) throws IOException {
    for (PairRecord other : context.inventory().pairs().all()) {
      for (String vm : other.vms()) {
        if (pair.vms().contains(vm) && !other.name().equals(pair.name())) {
          throw new ControlException(
              Reason.CONFLICT, "vm=%s is of pair=%s already".formatted(vm, other.name()));
        }
      }
    }
  }
}
