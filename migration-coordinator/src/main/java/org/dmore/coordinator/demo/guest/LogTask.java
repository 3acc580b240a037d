package org.dmore.coordinator.demo.guest;

import java.time.Clock;

/** The scrolling log: a line every {@value #PERIOD_MILLIS} ms, as work for eyes and encoders. */
final class LogTask {
  static final int PERIOD_MILLIS = 100;

  private static final int TRACK = 24;

  private final PromptConsole console;
  private final GuestInfo info;
  private final GuestTimer timer;
  private final Clock clock;

  /** Tells a running log from the one before it, whose last timer may still be on its way. */
  private int run;

  private boolean running;
  private long startMillis;
  private int lines;

  LogTask(PromptConsole console, GuestInfo info, GuestTimer timer, Clock clock) {
    this.console = console;
    this.info = info;
    this.timer = timer;
    this.clock = clock;
  }

  boolean running() {
    return running;
  }

  int lines() {
    return lines;
  }

  void start() {
    running = true;
    lines = 0;
    startMillis = clock.millis();
    scheduleNext(++run);
  }

  void stop() {
    running = false;
  }

  private void scheduleNext(int ofRun) {
    timer.schedule(
        PERIOD_MILLIS,
        () -> {
          if (running && run == ofRun) {
            scheduleNext(ofRun);
            printLine();
          }
        });
  }

  private void printLine() {
    lines++;
    long elapsed = clock.millis() - startMillis;
    int colour = 31 + lines % 6;
    int phase = lines % (2 * TRACK - 2);
    int place = phase < TRACK ? phase : 2 * TRACK - 2 - phase;
    console.print(
        String.format(
            "\u001B[90m[%5d.%03d]\u001B[0m line \u001B[1;%dm%06d\u001B[0m  %-14s \u001B[90m%s"
                + "\u001B[%dm█\u001B[90m%s\u001B[0m",
            elapsed / 1000,
            elapsed % 1000,
            colour,
            lines,
            info.hostName() + "/" + info.domainId(),
            "░".repeat(place),
            colour,
            "░".repeat(TRACK - 1 - place)));
    console.screen().paint();
  }
}
