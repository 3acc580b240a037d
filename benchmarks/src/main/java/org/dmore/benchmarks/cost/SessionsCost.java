package org.dmore.benchmarks.cost;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.peers.Launch;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.rig.SessionsRig;
import org.dmore.benchmarks.rig.SessionsRig.Activity;
import org.dmore.benchmarks.rig.SessionsRig.Memory;

/**
 * What a number of sessions costs, each number in a JVM of its own: so many that got the picture
 * once and ask for nothing, and then as many more that follow a console that scrolls.
 */
public final class SessionsCost {
  private static final String SUBJECT = "dmore";
  private static final ObjectMapper JSON = new ObjectMapper();

  private SessionsCost() {}

  /**
   * Measures one number of sessions, in a JVM that is started for it.
   *
   * @param sessions how many
   * @param seconds how long each state is looked at
   * @return a row for the idle ones and one for the active ones
   */
  public static List<ResultFile.Row> measure(int sessions, int seconds)
      throws IOException, InterruptedException {
    List<String> command =
        Launch.jvm(SessionsCost.class, Integer.toString(sessions), Integer.toString(seconds));
    try (ChildJvm child = ChildJvm.start(Path.of("").toAbsolutePath(), command)) {
      String output = child.output();
      if (child.status() != 0) {
        throw new IOException("sessions=" + sessions + ": " + child.said());
      }
      return JSON.readValue(
          output.substring(output.lastIndexOf('\n', output.length() - 2) + 1),
          new TypeReference<List<ResultFile.Row>>() {});
    }
  }

  /** Measures in this JVM, and writes the rows to standard output as the last line. */
  public static void main(String[] arguments) throws IOException {
    endWithInput();
    int sessions = Integer.parseInt(arguments[0]);
    List<ResultFile.Row> rows = here(sessions, Duration.ofSeconds(Integer.parseInt(arguments[1])));
    System.out.println(JSON.writeValueAsString(rows));
    System.exit(0);
  }

  private static void endWithInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                if (System.in.read() < 0) {
                  Runtime.getRuntime().halt(1);
                }
              } catch (IOException e) {
                Runtime.getRuntime().halt(1);
              }
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static List<ResultFile.Row> here(int sessions, Duration time) throws IOException {
    try (SessionsRig rig = new SessionsRig(2 * sessions + 1)) {
      // What every server takes once is not a session's, nor what looking at the memory takes.
      rig.connectIdle(1);
      Memory unused = rig.memory();
      Memory before = rig.memory();
      rig.connectIdle(sessions);
      Memory idle = rig.memory();
      Activity resting = rig.idleFor(time);
      rig.connectActive(sessions);
      rig.scrollFor(time); // until it is compiled
      Activity scrolling = rig.scrollFor(time);
      Memory all = rig.memory();
      if (scrolling.updates() == 0) {
        throw new IOException("no update came in seconds=" + time.toSeconds());
      }
      return List.of(
          ResultFile.Row.of(
              SUBJECT,
              sessions + " sessions, idle",
              Map.of(
                  "sessions",
                  (double) sessions,
                  "heap_bytes",
                  (double) idle.heap(),
                  "heap_per_session_bytes",
                  each(idle.heap() - before.heap(), sessions),
                  "buffers_per_session_bytes",
                  each(idle.buffers() - before.buffers(), sessions),
                  "resident_bytes",
                  1024.0 * idle.resident(),
                  "resident_per_session_bytes",
                  1024 * each(idle.resident() - before.resident(), sessions),
                  "cpu_percent",
                  percent(resting))),
          ResultFile.Row.of(
              SUBJECT,
              sessions + " sessions, scrolling",
              Map.of(
                  "sessions",
                  (double) sessions,
                  "heap_bytes",
                  (double) all.heap(),
                  "heap_per_session_bytes",
                  each(all.heap() - idle.heap(), sessions),
                  "resident_bytes",
                  1024.0 * all.resident(),
                  "cpu_percent",
                  percent(scrolling),
                  "cpu_per_update_us",
                  1e6 * scrolling.cpu() / scrolling.updates(),
                  "updates_per_session_hz",
                  scrolling.updates() / scrolling.seconds() / sessions,
                  "update_bytes",
                  (double) scrolling.bytes() / scrolling.updates(),
                  "delay_p50_us",
                  scrolling.delayMicros(50),
                  "delay_p99_us",
                  scrolling.delayMicros(99))));
    }
  }

  private static double each(long bytes, int sessions) {
    return (double) bytes / sessions;
  }

  private static double percent(Activity activity) {
    return 100 * activity.cpu() / activity.seconds();
  }
}
