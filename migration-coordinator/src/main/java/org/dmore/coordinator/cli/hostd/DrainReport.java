package org.dmore.coordinator.cli.hostd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.coordinator.store.record.DrainRecord;
import org.dmore.coordinator.store.record.DrainRecord.Outcome;

/**
 * How the emptying of a host stands.
 *
 * @param drain what is known of it
 * @param waiting pairs on the host that are not in it yet
 */
record DrainReport(DrainRecord drain, List<String> waiting) {

  /** Pairs altogether. */
  int total() {
    return drain.results().size() + waiting.size();
  }

  /** Pairs of one outcome, sorted. */
  List<String> pairs(Outcome outcome) {
    return new TreeMap<>(drain.results())
        .entrySet().stream()
            .filter(result -> result.getValue().outcome() == outcome)
            .map(Map.Entry::getKey)
            .toList();
  }

  /** In a line. */
  String line() {
    List<String> moving = pairs(Outcome.MOVING);
    List<String> stayed = pairs(Outcome.STAYED);
    return "%s: %d of %d moved%s%s%s"
        .formatted(
            drain.host(),
            pairs(Outcome.MOVED).size(),
            total(),
            moving.isEmpty() ? "" : "; moving: " + String.join(", ", moving),
            stayed.isEmpty() ? "" : "; stayed: " + String.join(", ", stayed),
            drain.state() == DrainRecord.State.PAUSED ? "; paused" : "");
  }

  /** Which stayed, and why, a line each. */
  List<String> reasons() {
    return pairs(Outcome.STAYED).stream()
        .map(
            pair -> {
              DrainRecord.Result result = drain.results().get(pair);
              return "  pair=%s stayed: %s%s"
                  .formatted(
                      pair,
                      result.why(),
                      result
                          .migration()
                          .map(id -> " (dmore migrations show " + id + ")")
                          .orElse(""));
            })
        .toList();
  }

  /** By name. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("host", drain.host());
    details.put("state", Wording.name(drain.state()));
    details.put("parallelism", drain.parallelism());
    details.put("started", drain.started().toString());
    details.put("total", total());
    details.put("moved", pairs(Outcome.MOVED));
    details.put("moving", pairs(Outcome.MOVING));
    details.put("waiting", waiting);
    Map<String, String> stayed = new LinkedHashMap<>();
    pairs(Outcome.STAYED).forEach(pair -> stayed.put(pair, drain.results().get(pair).why()));
    details.put("stayed", stayed);
    return details;
  }
}
