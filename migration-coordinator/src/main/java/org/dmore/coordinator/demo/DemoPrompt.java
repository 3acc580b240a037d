package org.dmore.coordinator.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.dmore.coordinator.cli.DurationConverter;
import org.dmore.coordinator.pair.MigrationReceipt;
import org.dmore.rfb.ClientInfo;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.xen.embedded.FaultPlan;
import picocli.CommandLine.TypeConversionException;

/** The commands at the demo's prompt. */
final class DemoPrompt {
  /** What there is, for completion. */
  static final List<String> COMMANDS =
      List.of("migrate", "paste", "cancel", "locks", "status", "receipts", "fault", "help", "quit");

  /** Faults there are, for completion. */
  static final List<String> FAULTS =
      List.of("connect", "round", "bytes", "stop", "arrival", "stall");

  private static final String HELP =
      """
      migrate            move the guest and its console to the other host
      migrate N          do so N times
      paste TEXT         type a text into the guest; \\n, \\t and \\\\ in it are line end, tab, \\
      paste              type the clipboard of the viewer that changed it last
      cancel             type no more of it
      locks caps=on|off  say what CapsLock is in the guest, if its letters come out wrong
      status             where everything is, who is connected, the input's ledger
      receipts           what each move did to the input
      fault WHERE [VM]   make the next move fail, of guest (default) or console:
                           connect     the destination refuses
                           round N     the link is lost in pre-copy round N
                           bytes MIB   the link is lost after so much
                           stop        the link is lost while the VM stands still
                           arrival     the destination cannot restore the VM
      fault stall TIME   the guest takes no input for a time, as in 10s
      help               this
      quit               end, and tell whether all input arrived
      """;

  private final DemoSession session;
  private final Consumer<String> lines;

  DemoPrompt(DemoSession session, Consumer<String> lines) {
    this.session = session;
    this.lines = lines;
  }

  /** Takes commands from a pipe or a file until its end, or until the session stops. */
  void follow(BufferedReader commands) throws InterruptedException {
    try {
      for (String line = commands.readLine();
          line != null && !session.isStopping();
          line = commands.readLine()) {
        execute(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("commands cannot be read", e);
    }
  }

  /** Carries a line out. */
  void execute(String line) throws InterruptedException {
    List<String> words = List.of(line.strip().split("\\s+", -1));
    try {
      switch (words.get(0)) {
        case "" -> {}
        case "migrate" -> migrate(words);
        case "paste" -> paste(line.strip().substring("paste".length()));
        case "cancel" -> session.cancelPaste();
        case "locks" -> locks(words);
        case "status" -> status();
        case "receipts" -> receipts();
        case "fault" -> fault(words);
        case "help", "?" -> lines.accept(HELP.stripTrailing());
        case "quit", "exit" -> session.stop();
        default -> lines.accept("'" + words.get(0) + "' is no command: try help");
      }
    } catch (IllegalArgumentException | IllegalStateException | TypeConversionException e) {
      lines.accept(e.getMessage());
    }
  }

  private void migrate(List<String> words) throws InterruptedException {
    int times = words.size() > 1 ? number(words.get(1), 1, 10_000) : 1;
    for (int i = 0; i < times && !session.isStopping(); i++) {
      Future<?> move = session.migrate();
      try {
        move.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void paste(String argument) {
    // One space parts the command from the text; others are the text's.
    String text = argument.isEmpty() ? "" : unescape(argument.substring(1));
    if (text.isEmpty()) {
      text = session.viewersClipboard().orElse("");
      if (text.isEmpty()) {
        throw new IllegalArgumentException("no viewer has put anything on its clipboard");
      }
    }
    session.paste(text);
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!escaped && c == '\\') {
        escaped = true;
        continue;
      }
      if (escaped) {
        switch (c) {
          case 'n' -> plain.append('\n');
          case 't' -> plain.append('\t');
          case '\\' -> plain.append(c);
          default -> plain.append('\\').append(c);
        }
      } else {
        plain.append(c);
      }
      escaped = false;
    }
    if (escaped) {
      plain.append('\\');
    }
    return plain.toString();
  }

  private void locks(List<String> words) {
    if (words.size() > 1) {
      boolean on = words.get(1).equals("caps=on");
      if (!on && !words.get(1).equals("caps=off")) {
        throw new IllegalArgumentException("'" + words.get(1) + "' is not caps=on or caps=off");
      }
      Object unused =
          session
              .room()
              .consoled()
              .query(
                  console -> {
                    console.assumeCapsLock(on);
                    return "";
                  });
    }
    boolean caps = session.room().consoled().query(GuestConsole::capsLock);
    lines.accept("CapsLock is taken to be " + (caps ? "on" : "off") + " in the guest");
  }

  private void status() {
    DemoRoom room = session.room();
    lines.accept(
        "host %s: guest=domain %d, console=domain %d, moves=%d"
            .formatted(
                room.location().name(),
                room.guest().domain().id().value(),
                room.domRId(),
                room.guest().migrations()));
    lines.accept("listens on %s".formatted(room.address()));
    for (ClientInfo client : room.consoled().server().clients()) {
      lines.accept(
          "viewer %d from %s: %s, RFB %s, %s, sent %d KiB"
              .formatted(
                  client.id(),
                  client.address(),
                  client.state().name().toLowerCase(java.util.Locale.ROOT),
                  client.version(),
                  client.encoding(),
                  client.bytesSent() / 1024));
    }
    lines.accept(room.consoled().query(console -> console.ledger().toString()));
  }

  private void receipts() {
    List<MigrationReceipt> receipts = session.room().migrator().receipts();
    if (receipts.isEmpty()) {
      lines.accept("no move yet: try migrate");
    }
    receipts.forEach(receipt -> lines.accept(TextOutput.line(receipt)));
  }

  private void fault(List<String> words) {
    if (words.size() < 2) {
      throw new IllegalArgumentException("fault where? " + String.join(", ", FAULTS));
    }
    String where = words.get(1);
    boolean counted = where.equals("round") || where.equals("bytes") || where.equals("stall");
    if (counted && words.size() < 3) {
      throw new IllegalArgumentException("fault " + where + " needs a number: see help");
    }
    if (where.equals("stall")) {
      Duration time = new DurationConverter().convert(words.get(2));
      session.room().guest().stallFor(time);
      lines.accept("the guest takes no input for " + words.get(2));
      return;
    }
    FaultPlan plan =
        switch (where) {
          case "connect" -> FaultPlan.atConnect();
          case "round" -> FaultPlan.atRound(number(words.get(2), 1, 100));
          case "bytes" -> FaultPlan.afterBytes((long) number(words.get(2), 1, 1 << 20) << 20);
          case "stop" -> FaultPlan.inStopAndCopy();
          case "arrival" -> FaultPlan.onArrival();
          default ->
              throw new IllegalArgumentException(
                  "fault " + where + " is not known: " + String.join(", ", FAULTS));
        };
    int vmAt = counted ? 3 : 2;
    String vm = words.size() > vmAt ? words.get(vmAt) : "guest";
    switch (vm) {
      case "guest" -> session.room().failNextMove(DemoRoom.DOM_U, plan);
      case "console" -> session.room().failNextMove(DemoRoom.DOM_R, plan);
      default -> throw new IllegalArgumentException("vm=" + vm + " is neither guest nor console");
    }
    lines.accept("the next move of the " + vm + " fails: " + where);
  }

  private static int number(String text, int low, int high) {
    try {
      int number = Integer.parseInt(text);
      if (number >= low && number <= high) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("'" + text + "' is not a number in " + low + ".." + high);
  }
}
