package org.dmore.coordinator.control;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dmore.coordinator.control.ControlException.Reason;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.PairRecord;

/** The hosts: how they stand, and what the operator says of them. Thread-safe. */
final class HostRegistry {
  private final MoveContext context;

  HostRegistry(MoveContext context) {
    this.context = context;
  }

  List<HostStatus> all() throws IOException {
    Set<String> present = context.inventory().presentHosts();
    List<PairRecord> pairs = context.inventory().pairs().all();
    return context.inventory().hosts().all().stream()
        .map(host -> status(host, present, pairs))
        .toList();
  }

  HostStatus one(String name) throws IOException {
    return status(
        context.directory().record(name),
        context.inventory().presentHosts(),
        context.inventory().pairs().all());
  }

  HostStatus edit(String name, HostEdit edit) throws IOException {
    HostRecord known = context.directory().record(name);
    if (edit.labels().isPresent()) {
      RequestRules.labels("labels", edit.labels().get());
    }
    if (edit.maxVms().orElse(1) < 1) {
      throw RequestRules.invalid("maxVms=" + edit.maxVms().getAsInt() + " must be 1 or more");
    }
    if (edit.down() && context.inventory().presentHosts().contains(known.name())) {
      throw new ControlException(
          Reason.CONFLICT, "host=" + name + " is present: its hostd runs, so it is not down");
    }
    Optional<HostRecord> unused =
        context.inventory().hosts().update(known.name(), before -> edited(before, edit));
    context.auditor().tell("host-edited", "about", name, "down", Boolean.toString(edit.down()));
    return one(name);
  }

  private static HostStatus status(HostRecord host, Set<String> present, List<PairRecord> pairs) {
    int count = (int) pairs.stream().filter(pair -> pair.host().equals(host.name())).count();
    return new HostStatus(host, present.contains(host.name()), count);
  }

  private static HostRecord edited(HostRecord before, HostEdit edit) {
    return new HostRecord(
        before.name(),
        before.api(),
        before.memoryBytes(),
        edit.maxVms().orElse(before.maxVms()),
        edit.labels().orElse(before.labels()),
        edit.down() ? HostRecord.State.DOWN : before.state(),
        before.freeMemoryBytes(),
        before.lastSeen());
  }
}
