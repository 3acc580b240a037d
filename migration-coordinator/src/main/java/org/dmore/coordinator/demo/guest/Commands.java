package org.dmore.coordinator.demo.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** What the shell can do when told so. */
final class Commands {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE d MMM uuuu HH:mm:ss zzz", Locale.ENGLISH);

  private final PromptConsole console;
  private final GuestInfo info;
  private final Clock clock;
  private final Instant started;
  private final LogTask log;
  private final DirtyTask dirty;
  private final Map<String, Command> commands = new LinkedHashMap<>();
  private boolean showKeys;

  Commands(
      PromptConsole console, GuestInfo info, GuestTimer timer, MemoryToucher memory, Clock clock) {
    this.console = console;
    this.info = info;
    this.clock = clock;
    started = clock.instant();
    log = new LogTask(console, info, timer, clock);
    dirty = new DirtyTask(memory, timer);
    add("help", "help", "this list", this::help);
    add("clear", "clear", "clear the screen (also ctrl-l)", arguments -> console.clear());
    add("date", "date", "date and time", this::date);
    add("uptime", "uptime", "time since the guest started", this::uptime);
    add("where", "where", "the host that runs the guest now", this::where);
    add("log", "log start|stop", "a line every 100 ms", this::log);
    add("colours", "colours", "palette and gradients", a -> ColourTest.print(console.screen()));
    add("dirty", "dirty MIB", "keep writing MIB of memory; 0 ends it", this::dirty);
    add("keys", "keys", "show each key event, or stop it", this::keys);
    add("echo", "echo TEXT", "print TEXT", console::print);
  }

  private void add(String name, String usage, String summary, Consumer<String> action) {
    commands.put(name, new Command(name, usage, summary, action));
  }

  /** Runs a line; an empty one does nothing. */
  void run(String line) {
    String trimmed = line.strip();
    if (trimmed.isEmpty()) {
      return;
    }
    int space = trimmed.indexOf(' ');
    String name = space < 0 ? trimmed : trimmed.substring(0, space);
    Command command = commands.get(name);
    if (command == null) {
      console.print(name + ": command not found (try help)");
    } else {
      command.action().accept(space < 0 ? "" : trimmed.substring(space).strip());
    }
  }

  /** Returns what the tab key can complete. */
  List<String> phrases() {
    List<String> phrases = new ArrayList<>(commands.keySet());
    phrases.add("log start");
    phrases.add("log stop");
    return phrases;
  }

  /** Tells whether key events are to be shown. */
  boolean showKeys() {
    return showKeys;
  }

  private void help(String arguments) {
    for (Command command : commands.values()) {
      console.print(
          String.format("  \u001B[1;36m%-15s\u001B[0m %s", command.usage(), command.summary()));
    }
  }

  private void date(String arguments) {
    console.print(DATE.format(ZonedDateTime.now(clock)));
  }

  private void uptime(String arguments) {
    Duration up = Duration.between(started, clock.instant());
    console.print(
        String.format("up %d:%02d:%02d", up.toHours(), up.toMinutesPart(), up.toSecondsPart()));
  }

  private void where(String arguments) {
    console.print(
        String.format(
            "on host %s as domain %d, migrations so far: %d",
            info.hostName(), info.domainId(), info.migrations()));
  }

  private void log(String arguments) {
    switch (arguments) {
      case "start" -> {
        if (log.running()) {
          console.print("the log runs already");
        } else {
          log.start();
        }
      }
      case "stop" -> {
        log.stop();
        console.print("log stopped after " + log.lines() + " lines");
      }
      default -> {
        String state = log.running() ? "runs" : "does not run";
        console.print("the log " + state + "; usage: log start|stop");
      }
    }
  }

  private void dirty(String arguments) {
    if (arguments.isEmpty()) {
      console.print(
          dirty.sizeMib() == 0
              ? "no memory is being written; usage: dirty MIB"
              : String.format("writing %d MiB, round %d", dirty.sizeMib(), dirty.rounds() + 1));
      return;
    }
    long mib = parseMib(arguments);
    if (mib < 0) {
      console.print(
          String.format(
              "dirty: '%s' is not a number from 0 to %d", arguments, dirty.capacityMib()));
      return;
    }
    dirty.setSizeMib(mib);
    console.print(mib == 0 ? "stopped" : "writing " + mib + " MiB until: dirty 0");
  }

  /** Returns the number, or -1 if it is none or more than the memory has. */
  private long parseMib(String text) {
    try {
      long mib = Long.parseLong(text);
      return mib <= dirty.capacityMib() ? mib : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void keys(String arguments) {
    showKeys = !showKeys;
    console.print(showKeys ? "key events are shown until: keys" : "key events are not shown");
  }
}
