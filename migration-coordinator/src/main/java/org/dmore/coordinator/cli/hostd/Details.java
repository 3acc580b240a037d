package org.dmore.coordinator.cli.hostd;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.coordinator.control.HostStatus;
import org.dmore.coordinator.control.PairStatus;
import org.dmore.coordinator.store.record.HostRecord;
import org.dmore.coordinator.store.record.PairRecord;

/** Hosts and pairs, as JSON has them. */
final class Details {
  private Details() {}

  static Map<String, Object> details(HostStatus status) {
    HostRecord host = status.host();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("name", host.name());
    details.put("state", Wording.name(host.state()));
    details.put("present", status.present());
    details.put("pairs", status.pairs());
    details.put("maxVms", host.maxVms());
    details.put("freeMemoryBytes", host.freeMemoryBytes());
    details.put("memoryBytes", host.memoryBytes());
    details.put("labels", new TreeMap<>(host.labels()));
    details.put("lastSeen", host.lastSeen().toString());
    details.put("api", host.api());
    return details;
  }

  static Map<String, Object> details(PairStatus status) {
    PairRecord pair = status.pair();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("name", pair.name());
    details.put("domu", pair.domU());
    if (!pair.others().isEmpty()) {
      details.put("others", pair.others());
    }
    details.put("domr", pair.domR());
    details.put("host", pair.host());
    details.put("console", pair.console());
    status.migration().ifPresent(id -> details.put("migration", id));
    details.put("labels", new TreeMap<>(pair.labels()));
    details.put("affinity", new TreeMap<>(pair.affinity()));
    return details;
  }
}
