package org.dmore.coordinator.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.dmore.coordinator.host.VmMigration;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.coordinator.pair.MigrationStep;
import org.dmore.vdev.input.Paste;

/** A JSON object a line; its {@code event} says what it tells. */
final class JsonOutput implements DemoOutput {
  private final PrintStream out;
  private final ObjectMapper json = JsonMapper.builder().build();

  JsonOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void ready(DemoRoom room, String password) {
    ObjectNode line = event("ready");
    line.put("host", room.address().getAddress().getHostAddress());
    line.put("port", room.address().getPort());
    room.webAddress().ifPresent(web -> line.put("webPort", web.getPort()));
    room.metricsAddress().ifPresent(metrics -> line.put("metricsPort", metrics.getPort()));
    line.put("password", password);
    line.put("location", room.location().name());
    room.security()
        .keys()
        .ifPresent(
            keys -> {
              line.put("certificate", keys.certificate().toString());
              line.put("certificateSha256", keys.certificateFingerprint());
              line.put("rsaKey", keys.rsaFingerprint());
            });
    print(line);
  }

  @Override
  public void moving(String from, String to) {}

  @Override
  public void progress(MigrationStep step, VmMigration.Progress progress, long held) {}

  @Override
  public void receipt(MigrationReceipt receipt) {
    ObjectNode line = event("receipt");
    line.put("migration", receipt.migration());
    line.put("from", receipt.from());
    line.put("to", receipt.to());
    line.put("accepted", receipt.accepted());
    line.put("consumedBefore", receipt.consumedBefore());
    line.put("held", receipt.held());
    line.put("deliveredAfter", receipt.deliveredAfter());
    line.put("lost", receipt.lost());
    line.put("duplicated", receipt.duplicated());
    line.put("complete", receipt.complete());
    line.put("holdMillis", millis(receipt.hold()));
    line.put("domuDowntimeMillis", millis(receipt.domUDowntime()));
    line.put("domrDowntimeMillis", millis(receipt.domRDowntime()));
    print(line);
  }

  @Override
  public void failed(String message) {
    ObjectNode line = event("calledOff");
    line.put("message", message);
    print(line);
  }

  @Override
  public void pasting(int consumed, int total) {
    ObjectNode line = event("pasting");
    line.put("consumed", consumed);
    line.put("total", total);
    print(line);
  }

  @Override
  public void pasted(Paste.End end, int typed, int total) {
    ObjectNode line = event("pasted");
    line.put("end", end.name().toLowerCase(Locale.ROOT));
    line.put("typed", typed);
    line.put("total", total);
    print(line);
  }

  @Override
  public void message(String text) {
    ObjectNode line = event("message");
    line.put("text", text);
    print(line);
  }

  @Override
  public void stopped(InputAudit audit, int moves, boolean exact) {
    ObjectNode line = event("stopped");
    line.put("exact", exact);
    line.put("migrations", moves);
    line.put("accepted", audit.accepted());
    line.put("pressedAgain", audit.pressedAgain());
    line.put("consumed", audit.consumedByGuest());
    line.put("sameOrder", audit.same());
    print(line);
  }

  private ObjectNode event(String name) {
    ObjectNode line = json.createObjectNode();
    line.put("event", name);
    return line;
  }

  private synchronized void print(ObjectNode line) {
    try {
      out.println(json.writeValueAsString(line));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** Milliseconds with three decimals. */
  private static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1_000.0) / 1_000.0;
  }
}
