package org.dmore.benchmarks.lab;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * One of the lab's guests by its name, on whichever host: {@code domr} or {@code domu}. Its xl
 * configuration is {@link #configuration()} on every host.
 */
public final class Guest {
  private static final Duration CREATE = Duration.ofSeconds(90);
  private static final Duration DESTROY = Duration.ofMinutes(1);

  private final String name;

  Guest(String name) {
    this.name = name;
  }

  /** The domain's name. */
  public String name() {
    return name;
  }

  /** The xl configuration's path in every dom0. */
  public String configuration() {
    return "/etc/xen/" + name + ".cfg";
  }

  /** Its domain's number on a host, where it is there. */
  public OptionalInt id(Dom0 host) throws LabException {
    return host.domainId(name);
  }

  /** Its domain's number on a host where it must be. */
  public int idOn(Dom0 host) throws LabException {
    return id(host)
        .orElseThrow(
            () ->
                new LabException(
                    "host=%d domain=%s: there is no such domain: see dmore lab status"
                        .formatted(host.number(), name)));
  }

  /** What its hvc0 shows where it was created; it goes on through reboots. */
  public LogFile log(Dom0 host) {
    return host.log("guest-" + name + ".log");
  }

  /**
   * What its hvc0 shows on a host that it came to by a move: a file that is named as the guest was
   * when it arrived, which is each toolstack's choice.
   */
  public LogFile movedLog(Dom0 host) throws LabException {
    String files =
        host.check(
            """
            for fd in /proc/$(pidof xenconsoled)/fd/*; do readlink $fd; done |
              sed -n 's,.*/\\(guest-%s\\(--incoming\\)\\{0\\,1\\}[.]log\\)$,\\1,p' | tail -n 1
            """
                .formatted(name));
    if (files.isBlank()) {
      throw new LabException(
          "host=%d domain=%s: xenconsoled writes no log of it".formatted(host.number(), name));
    }
    return host.log(files.strip());
  }

  /**
   * Creates it and returns when xl has done so, long before it has booted.
   *
   * @param settings in place of those in its configuration, as {@code memory=128}
   * @return its domain's number
   */
  public int create(Dom0 host, String... settings) throws LabException {
    return create(host, "xl create ", settings);
  }

  /**
   * Creates it paused: its devices may be written before its kernel looks for them.
   *
   * @param settings as {@link #create}
   */
  public int createPaused(Dom0 host, String... settings) throws LabException {
    return create(host, "xl create -p ", settings);
  }

  private int create(Dom0 host, String xl, String... settings) throws LabException {
    StringBuilder command = new StringBuilder(xl).append(configuration());
    for (String setting : settings) {
      command.append(' ').append(Dom0.quoted(setting));
    }
    host.check(CREATE, command.toString());
    return idOn(host);
  }

  /** Lets it run. */
  public void unpause(Dom0 host) throws LabException {
    host.check("xl unpause " + name);
  }

  /** Stops its processor; nothing in it notices. */
  public void pause(Dom0 host) throws LabException {
    host.check("xl pause " + name);
  }

  /** Ends it at once, if it is there. */
  public void destroy(Dom0 host) throws LabException {
    if (id(host).isPresent()) {
      host.check(DESTROY, "xl destroy " + name);
    }
  }

  /** Writes to its hvc0 as if typed there; a line end runs a command where a shell listens. */
  public void type(Dom0 host, String text) throws LabException {
    host.check(
        "printf %s %s > \"$(xenstore-read /local/domain/%d/console/tty)\""
            .formatted("%s", Dom0.quoted(text), idOn(host)));
  }
}
