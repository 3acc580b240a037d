package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A script that goes on in dom0 by itself, in a session of its own. */
public final class Dom0Job {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,40}");
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int POLL_MILLIS = 250;

  private final Dom0 host;
  private final String name;
  private final String folder;
  private final long mark;

  private Dom0Job(Dom0 host, String name, String folder, long mark) {
    this.host = host;
    this.name = name;
    this.folder = folder;
    this.mark = mark;
  }

  static Dom0Job start(Dom0 host, String name, String script) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a job's name is letters, digits and hyphens: " + name);
    }
    long mark = host.log(name + ".log").size();
    String folder = host.check("mktemp -d /run/job-" + name + "-XXXXXX");
    host.upload(script.getBytes(StandardCharsets.UTF_8), folder + "/script", false);
    host.check(
        """
        cd %s
        setsid sh -c 'trap : TERM INT HUP; echo $$ > pid; sh script >> /var/log/xen/%s.log 2>&1; echo $? > end; mv end status' \
          < /dev/null > /dev/null 2>&1 &
        while [ ! -s pid ]; do usleep 10000; done
        """
            .formatted(folder, name));
    return new Dom0Job(host, name, folder, mark);
  }

  /** What it writes, standard error included. */
  public LogFile log() {
    return host.log(name + ".log");
  }

  /** Where in {@link #log()} its own words begin. */
  public long mark() {
    return mark;
  }

  /** Its exit status, once it has ended. */
  public OptionalInt status() throws LabException {
    // A signal that kills the whole session leaves nobody to write the status.
    String status =
        host.check(
            SOON,
            "cd %s; cat status 2> /dev/null || kill -0 $(cat pid) 2> /dev/null || cat status 2> /dev/null || echo 137"
                .formatted(folder));
    return status.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(status));
  }

  /** Waits for its end and gives its exit status. */
  public int await(Duration limit) throws LabException, InterruptedException {
    Deadline deadline = Deadline.in(limit);
    for (; ; ) {
      OptionalInt status = status();
      if (status.isPresent()) {
        return status.getAsInt();
      }
      if (deadline.passed()) {
        throw new LabException(
            "host=%d job=%s has not ended within %ds: see %s"
                .formatted(host.number(), name, limit.toSeconds(), log().path()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /**
   * Sends a signal to it and to all it started.
   *
   * @param signal as kill has it: {@code TERM}, {@code KILL}
   */
  public void signal(String signal) throws LabException {
    host.run(SOON, "kill -" + signal + " -$(cat " + folder + "/pid)");
  }
}
