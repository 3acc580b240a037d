package org.dmore.benchmarks.lab;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A running lab as a scenario sees it, from a JVM inside the lab's network namespace: hosts at
 * {@code 10.77.0.1} and {@code .2}, DomR at {@code 10.77.0.10}, this machine at {@code .254}.
 */
public final class Lab {
  /** consoled's RFB port. */
  public static final int RFB_PORT = 5900;

  /** This machine's address in the lab's network. */
  public static final String GATEWAY = "10.77.0.254";

  private static final String NETWORK = "10.77.0.";
  private static final int DOMR_HOST_PART = 10;

  private final String name;
  private final Path work;
  private final List<Dom0> hosts;
  private final GuestPair pair;

  /**
   * The lab of that name; nothing is started and nothing asked.
   *
   * @param work its folder, with {@code host1/log} and so on
   * @param hosts 1 or 2
   */
  public Lab(String name, Path work, int hosts) {
    this.name = name;
    this.work = work;
    List<Dom0> all = new ArrayList<>();
    for (int number = 1; number <= hosts; number++) {
      all.add(
          new Dom0(
              number,
              new InetSocketAddress(NETWORK + number, Dom0.CHANNEL_PORT),
              work.resolve("host" + number).resolve("log")));
    }
    this.hosts = Collections.unmodifiableList(all);
    this.pair = new GuestPair(this, new Guest("domr"), new Guest("domu"));
  }

  /** Its name, as in {@code --name}. */
  public String name() {
    return name;
  }

  /** Its folder on this machine: logs, and what a failed scenario leaves. */
  public Path work() {
    return work;
  }

  /** All hosts, host 1 first. */
  public List<Dom0> hosts() {
    return hosts;
  }

  /**
   * A host by its number.
   *
   * @throws LabException if the lab was started with fewer
   */
  public Dom0 host(int number) throws LabException {
    if (number < 1 || number > hosts.size()) {
      throw new LabException(
          "host=%d: this lab has hosts=%d: start it with dmore lab up --hosts 2"
              .formatted(number, hosts.size()));
    }
    return hosts.get(number - 1);
  }

  /** The console's guest, with the recorder of input in it. */
  public Guest domu() {
    return pair.domu();
  }

  /** The guest that consoled runs in. */
  public Guest domr() {
    return pair.domr();
  }

  /** A guest of a scenario's own, which writes its {@link Guest#configuration()} itself. */
  public Guest guest(String guestName) {
    return new Guest(guestName);
  }

  /** Both guests, to be started anew together. */
  public GuestPair pair() {
    return pair;
  }

  /** Where consoled listens for VNC clients; the same address on every host. */
  public InetSocketAddress console() {
    return new InetSocketAddress(NETWORK + DOMR_HOST_PART, RFB_PORT);
  }
}
