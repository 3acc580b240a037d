package org.dmore.vdev.service;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.dmore.rfb.ControlPolicy;
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
 * @param control who of the viewers types at a time
 * @param idleTimeout a viewer that neither types nor points for so long is disconnected; zero for
 *     never
 * @param power how long dom0 may take to answer a viewer that wants the guest shut down, rebooted
 *     or reset; no viewer may ask if empty
 * @param shared whether DomR serves other guests too: this console then takes the devices alone of
 *     which dom0 says that they are {@code guestName}'s, which is the VM's name, and has commands
 *     of its own
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
    OptionalInt metricsPort,
    ControlPolicy control,
    Duration idleTimeout,
    Optional<Duration> power,
    boolean shared) {

  /** What the ledger's headroom is good for. */
  public static final int MAX_CLIENTS = 128;

  /** Guests that a DomR may serve: each has a loop and a picture of its own. */
  public static final int MAX_GUESTS = 16;

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
    if (idleTimeout.isNegative()) {
      problems.add("idleTimeout=" + idleTimeout + " is negative");
    }
    if (power.isPresent() && (power.get().isNegative() || power.get().isZero())) {
      problems.add("power=" + power.get() + " is no time to wait");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("consoled's settings: " + String.join("; ", problems));
    }
  }

  private static void checkPort(String name, OptionalInt port, List<String> problems) {
    if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 65_535)) {
      problems.add(name + "=" + port.getAsInt() + " is not in 0..65535");
    }
  }

  /** A set-up for a guest, with a password and everything else as it is by default. */
  public static ConsoledConfig forGuest(String guestName, String password) {
    return builder(guestName, password).build();
  }

  /** Begins a set-up for a guest, with a password and everything else as it is by default. */
  public static Builder builder(String guestName, String password) {
    return new Builder(guestName, password);
  }

  /** The same at another address. */
  public ConsoledConfig withAddress(InetSocketAddress address) {
    return new ConsoledConfig(
        guestName,
        address.getHostString(),
        address.getPort(),
        password,
        keymap,
        maxClients,
        congestionMark,
        webPort,
        metricsPort,
        control,
        idleTimeout,
        power,
        shared);
  }

  /**
   * The set-up of one of several guests' consoles in a DomR.
   *
   * @param guest the VM's name
   * @param place from 0 on: each port that is not just any is so much higher
   */
  ConsoledConfig forOneOf(String guest, int place) {
    return new ConsoledConfig(
        guest,
        listenHost,
        moved(listenPort, place),
        password,
        keymap,
        maxClients,
        congestionMark,
        moved(webPort, place),
        moved(metricsPort, place),
        control,
        idleTimeout,
        power,
        true);
  }

  private static OptionalInt moved(OptionalInt port, int place) {
    return port.isPresent() ? OptionalInt.of(moved(port.getAsInt(), place)) : port;
  }

  private static int moved(int port, int place) {
    return port == 0 ? 0 : port + place;
  }

  /** Everything but the password, for logs. */
  @Override
  public String toString() {
    return "ConsoledConfig[guestName="
        + guestName
        + " listenHost="
        + listenHost
        + " listenPort="
        + listenPort
        + " keymap="
        + keymap
        + " maxClients="
        + maxClients
        + " congestionMark="
        + congestionMark
        + " webPort="
        + webPort
        + " metricsPort="
        + metricsPort
        + " control="
        + control.takeOver()
        + " idleTimeout="
        + idleTimeout
        + " power="
        + power
        + (shared ? " shared" : "")
        + "]";
  }

  /** Gathers settings; {@link #build} checks them. Not thread-safe. */
  public static final class Builder {
    private final String guestName;
    private final String password;
    private String listenHost = "127.0.0.1";
    private int listenPort;
    private String keymap = "us";
    private int maxClients = 16;
    private int congestionMark = 4096;
    private OptionalInt webPort = OptionalInt.empty();
    private OptionalInt metricsPort = OptionalInt.empty();
    private ControlPolicy control = ControlPolicy.everyone();
    private Duration idleTimeout = Duration.ZERO;
    private Optional<Duration> power = Optional.empty();
    private boolean shared;

    private Builder(String guestName, String password) {
      this.guestName = guestName;
      this.password = password;
    }

    /** Any free port on 127.0.0.1 if not given. */
    public Builder listenOn(String host, int port) {
      listenHost = host;
      listenPort = port;
      return this;
    }

    /** {@code us} if not given. */
    public Builder keymap(String layout) {
      keymap = layout;
      return this;
    }

    /** 16 if not given. */
    public Builder maxClients(int value) {
      maxClients = value;
      return this;
    }

    /** 4096 if not given. */
    public Builder congestionMark(int events) {
      congestionMark = events;
      return this;
    }

    /** None if not given. */
    public Builder webPort(int port) {
      webPort = OptionalInt.of(port);
      return this;
    }

    /** None if not given. */
    public Builder metricsPort(int port) {
      metricsPort = OptionalInt.of(port);
      return this;
    }

    /** {@link ControlPolicy#everyone} if not given. */
    public Builder control(ControlPolicy policy) {
      control = policy;
      return this;
    }

    /** None if not given. */
    public Builder idleTimeout(Duration time) {
      idleTimeout = time;
      return this;
    }

    /** Nobody may switch the guest if not given. */
    public Builder power(Duration timeout) {
      power = Optional.of(timeout);
      return this;
    }

    /** The console is alone in its DomR if this is not called. */
    public Builder shared() {
      shared = true;
      return this;
    }

    /**
     * Makes the settings.
     *
     * @throws IllegalArgumentException naming everything that is wrong
     */
    public ConsoledConfig build() {
      return new ConsoledConfig(
          guestName,
          listenHost,
          listenPort,
          password,
          keymap,
          maxClients,
          congestionMark,
          webPort,
          metricsPort,
          control,
          idleTimeout,
          power,
          shared);
    }
  }
}
