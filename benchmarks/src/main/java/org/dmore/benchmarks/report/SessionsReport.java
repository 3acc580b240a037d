package org.dmore.benchmarks.report;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.dmore.benchmarks.rig.SessionsRig.Activity;
import org.dmore.benchmarks.rig.SessionsRig.Memory;

/**
 * The result of {@code dmore bench sessions}.
 *
 * @param idleSessions that got the picture once
 * @param activeSessions that asked for each update
 * @param before memory with a server and no session
 * @param idle memory with the idle sessions
 * @param all memory with all sessions, after the active ones were served
 * @param resting what the idle sessions cost
 * @param scrolling what the active ones cost, and got
 */
public record SessionsReport(
    int idleSessions,
    int activeSessions,
    Memory before,
    Memory idle,
    Memory all,
    Activity resting,
    Activity scrolling,
    Machine machine) {

  /** The whole report in Markdown. */
  public String markdown() {
    TextTable table = new TextTable(List.of("what", "figure"));
    row(table, "idle sessions", "%d", idleSessions);
    row(
        table,
        "heap for each, its client's few fields included",
        "%.1f kB",
        perSession(idle.heap() - before.heap(), idleSessions));
    row(
        table,
        "buffers for each",
        "%.1f kB",
        perSession(idle.buffers() - before.buffers(), idleSessions));
    row(
        table,
        "process grown for each",
        "%.1f kB",
        (idle.resident() - before.resident()) / (double) Math.max(1, idleSessions));
    row(table, "CPU of the server meanwhile", "%.2f %% of a core", percent(resting));
    row(table, "active sessions", "%d", activeSessions);
    row(table, "heap for each", "%.1f kB", perSession(all.heap() - idle.heap(), activeSessions));
    row(table, "lines written a second", "%.1f", scrolling.lines() / scrolling.seconds());
    row(
        table,
        "updates a second that each client gets",
        "%.1f",
        scrolling.updates() / scrolling.seconds() / Math.max(1, activeSessions));
    row(
        table,
        "bytes of an update",
        "%.0f",
        scrolling.bytes() / (double) Math.max(1, scrolling.updates()));
    row(table, "CPU of the server", "%.1f %% of a core", percent(scrolling));
    row(table, "from a line to a client's whole update, median", "%.1f ms", millis(50));
    row(table, "the same, 99 of 100", "%.1f ms", millis(99));
    return table.markdown() + "\n" + machine.markdown();
  }

  /** The same as figures. */
  public ResultFile result() {
    Map<String, Double> resting = new HashMap<>();
    resting.put("sessions", (double) idleSessions);
    resting.put("heap_kb", perSession(idle.heap() - before.heap(), idleSessions));
    resting.put("buffers_kb", perSession(idle.buffers() - before.buffers(), idleSessions));
    resting.put(
        "process_kb", (idle.resident() - before.resident()) / (double) Math.max(1, idleSessions));
    resting.put("server_cpu_percent", percent(this.resting));
    Map<String, Double> following = new HashMap<>();
    following.put("sessions", (double) activeSessions);
    following.put("heap_kb", perSession(all.heap() - idle.heap(), activeSessions));
    following.put("lines_per_s", scrolling.lines() / scrolling.seconds());
    following.put(
        "updates_per_s", scrolling.updates() / scrolling.seconds() / Math.max(1, activeSessions));
    following.put("update_bytes", scrolling.bytes() / (double) Math.max(1, scrolling.updates()));
    following.put("server_cpu_percent", percent(scrolling));
    if (!scrolling.delays().isEmpty()) {
      following.put("delay_p50_ms", millis(50));
      following.put("delay_p99_ms", millis(99));
    }
    return new ResultFile(
        "sessions",
        machine,
        new TreeMap<>(),
        List.of(
            ResultFile.Row.of("dmore", "idle", resting),
            ResultFile.Row.of("dmore", "active", following)));
  }

  private double millis(double percentile) {
    return scrolling.delayMicros(percentile) / 1e3;
  }

  private static double perSession(long bytes, int sessions) {
    return bytes / 1e3 / Math.max(1, sessions);
  }

  private static double percent(Activity activity) {
    return 100 * activity.cpu() / activity.seconds();
  }

  private static void row(TextTable table, String what, String format, Object value) {
    table.add(List.of(what, String.format(Locale.ROOT, format, value)));
  }
}
