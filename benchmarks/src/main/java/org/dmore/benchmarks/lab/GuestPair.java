package org.dmore.benchmarks.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A DomR and its DomU: starting them in the order that they need, and ending them. */
public final class GuestPair {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration ATTACH = Duration.ofSeconds(90);
  private static final Duration CONSOLED = Duration.ofMinutes(2);
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
   * Ends both wherever they are and starts both on host 1, as {@code dmore lab up} does: DomR, then
   * DomU paused, {@code dmore attach} as a job that follows DomU through reboots, then DomU runs.
   * Returns when consoled listens; DomU may still be booting.
   *
   * @return the attach job
   * @throws BootException if DomR does not come up
   */
  public Dom0Job restart() throws LabException, InterruptedException {
    stop();
    return start(lab.host(1));
  }

  /** Starts both on a host that has neither. */
  public Dom0Job start(Dom0 host) throws LabException, InterruptedException {
    domr.create(host);
    domu.createPaused(host);
    Dom0Job attach = attach(host);
    domu.unpause(host);
    awaitConsoled(host);
    return attach;
  }

  /**
   * Starts {@code dmore attach} for the pair and waits until DomU's device nodes stand, so that
   * DomU may run.
   */
  public Dom0Job attach(Dom0 host) throws LabException, InterruptedException {
    Dom0Job attach =
        host.start(
            ATTACH_JOB,
            "exec dmore attach --domr %s --domu %s".formatted(domr.name(), domu.name()));
    String device = "/local/domain/" + domu.idOn(host) + "/device/";
    Deadline deadline = Deadline.in(ATTACH);
    while (!host.run(
            SOON, "xenstore-read %svkbd/0/backend %svfb/0/backend".formatted(device, device))
        .succeeded()) {
      if (attach.status().isPresent()) {
        throw new LabException(
            "host=%d: dmore attach ended with status=%d: see %s"
                .formatted(host.number(), attach.status().getAsInt(), attach.log().path()));
      }
      if (deadline.passed()) {
        throw new LabException(
            "host=%d: dmore attach wrote no devices within %ds: see %s"
                .formatted(host.number(), ATTACH.toSeconds(), attach.log().path()));
      }
      Thread.sleep(POLL_MILLIS);
    }
    return attach;
  }

  /** Ends both on every host, and {@code dmore attach} with them. */
  public void stop() throws LabException {
    for (Dom0 host : lab.hosts()) {
      host.run(
          SOON,
          "for job in /run/job-%s-*; do [ -e $job/status ] || kill -TERM -- -$(cat $job/pid); done 2> /dev/null"
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
