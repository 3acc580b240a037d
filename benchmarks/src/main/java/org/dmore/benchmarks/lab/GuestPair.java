package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A DomR and its DomU: starting them in the order that they need, and ending them. */
public final class GuestPair {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration SERVED = Duration.ofMinutes(5);
  private static final Duration CONSOLED = Duration.ofMinutes(5);
  private static final Pattern SERVES = Pattern.compile("(?m)^served\\b");
  private static final String ATTACH_JOB = "attach";
  private static final int POLL_MILLIS = 200;

  private final Lab lab;
  private final Guest domr;
  private final Guest domu;

  GuestPair(Lab lab, Guest domr, Guest domu) {
    this.lab = lab;
    this.domr = domr;
    this.domu = domu;
  }

  /** The guest that consoled runs in. */
  public Guest domr() {
    return domr;
  }

  /** The guest whose console it is. */
  public Guest domu() {
    return domu;
  }

  /**
   * Ends both wherever they are and starts both on host 1, as {@code dmore lab up} does. Returns
   * when consoled listens and DomU runs; DomU may still be booting.
   *
   * @param settings of DomR's, in place of its configuration's, as {@code memory=128}
   * @return the attach job, which follows both through reboots
   * @throws BootException if DomR does not come up
   */
  public Dom0Job restart(String... settings) throws IOException, InterruptedException {
    stop();
    return start(lab.host(1), settings);
  }

  /**
   * Starts both on a host that has neither, DomU paused until its devices are ready for it.
   *
   * @param settings as {@link #restart}
   */
  public Dom0Job start(Dom0 host, String... settings) throws IOException, InterruptedException {
    Dom0Job attach = attach(host); // A JVM: it starts while the guests are created.
    int unusedDomR = domr.create(host, settings);
    int unusedDomU = domu.createPaused(host);
    awaitServed(host, attach);
    domu.unpause(host);
    awaitConsoled(host);
    return attach;
  }

  /** Starts {@code dmore attach} for the pair, whether its domains are there yet or not. */
  public Dom0Job attach(Dom0 host) throws IOException {
    return host.start(
        ATTACH_JOB, "exec dmore attach --domr %s --domu %s".formatted(domr.name(), domu.name()));
  }

  /**
   * Waits until an attach job has said that consoled serves DomU's devices.
   *
   * @throws BootException if it does not
   */
  public void awaitServed(Dom0 host, Dom0Job attach) throws IOException, InterruptedException {
    Deadline deadline = Deadline.in(SERVED);
    while (!SERVES.matcher(attach.log().textFrom(attach.mark())).find()) {
      OptionalInt status = attach.status();
      if (status.isPresent()) {
        throw new LabException(
            "host=%d: dmore attach ended with status=%d: see %s"
                .formatted(host.number(), status.getAsInt(), attach.log().path()));
      }
      if (deadline.passed()) {
        throw new BootException(
            "host=%d domain=%s: consoled does not serve within %ds: see %s and %s"
                .formatted(
                    host.number(),
                    domr.name(),
                    SERVED.toSeconds(),
                    attach.log().path(),
                    domr.log(host).path()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Ends both on every host, and {@code dmore attach} with them. */
  public void stop() throws LabException {
    for (Dom0 host : lab.hosts()) {
      host.run(
          SOON,
          "for job in /run/job-%s-*; do [ -e $job/status ] || kill -TERM -$(cat $job/pid); done 2> /dev/null"
              .formatted(ATTACH_JOB));
      domu.destroy(host);
      domr.destroy(host);
    }
  }

  /** Waits until consoled takes connections. */
  public void awaitConsoled(Dom0 host) throws BootException, InterruptedException {
    InetSocketAddress console = lab.console();
    Deadline deadline = Deadline.in(CONSOLED);
    while (!accepts(console)) {
      if (deadline.passed()) {
        throw new BootException(
            "host=%d domain=%s: nothing listens at %s:%d within %ds: see %s"
                .formatted(
                    host.number(),
                    domr.name(),
                    console.getAddress().getHostAddress(),
                    console.getPort(),
                    CONSOLED.toSeconds(),
                    domr.log(host).path()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Whether something takes connections there. */
  public static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 2_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
