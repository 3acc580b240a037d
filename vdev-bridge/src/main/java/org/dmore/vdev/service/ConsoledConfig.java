package org.dmore.vdev.service;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.dmore.vdev.input.Keymap;

/**
 * How a consoled is set up.
 *
 * @param guestName what viewers show as the title; not blank
 * @param listenHost the address that viewers connect to; a name or a number
 * @param listenPort the TCP port; 0 takes a free one
 * @param password viewers' password for VNC Authentication, of which only the first 8 bytes count;
 *     empty for none
 * @param keymap the guest's keyboard layout, one of {@link Keymap#layouts()}
 * @param maxClients viewers at once, 1 to {@value #MAX_CLIENTS}
 * @param congestionMark events that may wait for the guest before viewers are pushed back
 * @param webPort the TCP port for browsers on the same host address; 0 takes a free one; none if
 *     empty
 * @param metricsPort the TCP port on loopback where Prometheus reads {@code /metrics}; 0 takes a
 *     free one; none if empty
 */
public record ConsoledConfig(
    String guestName,
    String listenHost,
    int listenPort,
    String password,
    String keymap,
    int maxClients,
    int congestionMark,
    OptionalInt webPort,
    OptionalInt metricsPort) {

  /** What the ledger's headroom is good for. */
  public static final int MAX_CLIENTS = 64;

  public ConsoledConfig {
    List<String> problems = new ArrayList<>();
    if (guestName.isBlank()) {
      problems.add("guestName is blank");
    }
    if (listenHost.isBlank()) {
      problems.add("listenHost is blank");
    }
    if (listenPort < 0 || listenPort > 65_535) {
      problems.add("listenPort=" + listenPort + " is not in 0..65535");
    }
    checkPort("webPort", webPort, problems);
    checkPort("metricsPort", metricsPort, problems);
    if (!password.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      problems.add("password has characters that are not printable ASCII");
    }
    if (!Keymap.layouts().contains(keymap)) {
      problems.add("keymap=" + keymap + " is not one of " + String.join(", ", Keymap.layouts()));
    }
    if (maxClients < 1 || maxClients > MAX_CLIENTS) {
      problems.add("maxClients=" + maxClients + " is not in 1.." + MAX_CLIENTS);
    }
    if (congestionMark < 64 || congestionMark > 1 << 20) {
      problems.add("congestionMark=" + congestionMark + " is not in 64.." + (1 << 20));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("consoled's settings: " + String.join("; ", problems));
    }
  }

  /** Without a port for browsers or Prometheus. */
  public ConsoledConfig(
      String guestName,
      String listenHost,
      int listenPort,
      String password,
      String keymap,
      int maxClients,
      int congestionMark) {
    this(
        guestName,
        listenHost,
        listenPort,
        password,
        keymap,
        maxClients,
        congestionMark,
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private static void checkPort(String name, OptionalInt port, List<String> problems) {
    if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65_535)) {
      problems.add(name + "=" + port.getAsInt() + " is not in 0..65535");
    }
  }

  /** A set-up for a guest, with a password and everything else as it is by default. */
  public static ConsoledConfig forGuest(String guestName, String password) {
    return new ConsoledConfig(guestName, "127.0.0.1", 0, password, "us", 16, 4096);
  }

  /** Everything but the password, for logs. */
  @Override
  public String toString() {
    return "ConsoledConfig[guestName=%s listenHost=%s listenPort=%d keymap=%s maxClients=%d congestionMark=%d webPort=%s metricsPort=%s]"
        .formatted(
            guestName,
            listenHost,
            listenPort,
            keymap,
            maxClients,
            congestionMark,
            webPort,
            metricsPort);
  }

  /** The same, listening somewhere else. */
  public ConsoledConfig listeningOn(String host, int port) {
    return new ConsoledConfig(
        guestName, host, port, password, keymap, maxClients, congestionMark, webPort, metricsPort);
  }

  /** The same, for a guest with another keyboard layout. */
  public ConsoledConfig withKeymap(String layout) {
    return new ConsoledConfig(
        guestName,
        listenHost,
        listenPort,
        password,
        layout,
        maxClients,
        congestionMark,
        webPort,
        metricsPort);
  }

  /** The same, with a port for browsers. */
  public ConsoledConfig withWebPort(int port) {
    return new ConsoledConfig(
        guestName,
        listenHost,
        listenPort,
        password,
        keymap,
        maxClients,
        congestionMark,
        OptionalInt.of(port),
        metricsPort);
  }

  /** The same, with a port for Prometheus. */
  public ConsoledConfig withMetricsPort(int port) {
    return new ConsoledConfig(
        guestName,
        listenHost,
        listenPort,
        password,
        keymap,
        maxClients,
        congestionMark,
        webPort,
        OptionalInt.of(port));
  }
}
