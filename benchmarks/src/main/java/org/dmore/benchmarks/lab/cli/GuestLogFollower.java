package org.dmore.benchmarks.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmore.benchmarks.lab.Dom0;
import org.dmore.benchmarks.lab.LogFile;

/** Prints a guest's console as it grows, on whichever host the guest is. */
final class GuestLogFollower {
  private static final int POLL_MILLIS = 200;

  private final List<LogFile> logs = new ArrayList<>();
  private final Map<LogFile, Long> marks = new HashMap<>();
  private final PrintWriter out;

  GuestLogFollower(List<Dom0> hosts, String guest, PrintWriter out) {
    this.out = out;
    for (Dom0 host : hosts) {
      logs.add(host.log("guest-" + guest + ".log"));
      logs.add(host.log("guest-" + guest + "--incoming.log"));
    }
  }

  /** Goes on until the thread is interrupted. */
  void run() throws IOException, InterruptedException {
    while (true) {
      printNew();
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Prints what has come since the last time. */
  void printNew() throws IOException {
    for (LogFile log : logs) {
      long mark = marks.getOrDefault(log, 0L);
      long size = log.size();
      if (size > mark) {
        out.print(log.textFrom(mark));
        out.flush();
        marks.put(log, size);
      }
    }
  }
}
