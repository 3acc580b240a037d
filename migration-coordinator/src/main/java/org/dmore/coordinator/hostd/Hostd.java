package org.dmore.coordinator.hostd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.dmore.coordinator.api.ApiCredentials;
import org.dmore.coordinator.api.ApiLimits;
import org.dmore.coordinator.api.ApiServer;
import org.dmore.coordinator.api.ApiSettings;
import org.dmore.coordinator.api.CallSettings;
import org.dmore.coordinator.control.AuditLog;
import org.dmore.coordinator.control.ControlSettings;
import org.dmore.coordinator.control.HostControl;
import org.dmore.coordinator.host.VmHost;
import org.dmore.coordinator.pair.MigrationSettings;
import org.dmore.coordinator.store.StateStore;
import org.dmore.coordinator.token.IssuerKeyFile;
import org.dmore.coordinator.token.TokenIssuer;
import org.dmore.coordinator.toolstack.HostSettings;
import org.dmore.coordinator.toolstack.StreamSecurity;
import org.dmore.coordinator.toolstack.XenVmHost;
import org.dmore.xen.ControlPorts;

/** One host's daemon: the host's VMs, the state, the control plane's part, and the API on top. */
public final class Hostd implements AutoCloseable {
  /** From the end of a wait for consoled to its answer. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Deque<Closer> closers = new ArrayDeque<>();
  private final ApiServer server;

  /** Lets go of a part. */
  @FunctionalInterface
  private interface Closer {
    void close();
  }

  private Hostd(HostdSettings settings, VmHost host) throws IOException {
    boolean started = false;
    try {
      Files.createDirectories(settings.run());
      Path socketFolder = settings.socket().toAbsolutePath().getParent();
      if (socketFolder != null) {
        Files.createDirectories(socketFolder);
      }
      Optional<ApiCredentials> credentials = credentials(settings);
      StateStore store = Stores.open(settings.store(), settings.waits().store());
      closers.push(store::close);
      AuditLog audit = audit(settings);
      closers.push(audit::close);
      PeerHosts peers = new PeerHosts(credentials, calls(settings));
      closers.push(peers::close);
      HostControl control =
          new HostControl(
              apiUri(settings),
              host,
              store,
              peers,
              controlSettings(settings),
              Clock.systemUTC(),
              issuer(settings),
              audit);
      closers.push(control::close);
      server = new ApiServer(apiSettings(settings, credentials), control, host);
      closers.push(server::close);
      control.start();
      server.start();
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  /**
   * Starts it over a host that stays the caller's to close.
   *
   * @throws IOException if anything that it needs does not answer, or cannot be listened on
   */
  public static Hostd start(HostdSettings settings, VmHost host) throws IOException {
    return new Hostd(settings, host);
  }

  /** This very host, a real one. Ports stay the caller's. */
  public static XenVmHost realHost(HostdSettings settings, ControlPorts ports) {
    return new XenVmHost(settings.name(), hostSettings(settings), ports);
  }

  /** Where the API listens, if it has a port. */
  public Optional<InetSocketAddress> address() {
    return server.address();
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().close();
    }
  }

  private static Optional<ApiCredentials> credentials(HostdSettings settings) throws IOException {
    if (settings.api().isEmpty()) {
      return Optional.empty();
    }
    HostdSettings.Api api = settings.api().get();
    return Optional.of(ApiCredentials.read(api.key(), api.certificate(), api.authority()));
  }

  private static AuditLog audit(HostdSettings settings) throws IOException {
    return settings.audit().isEmpty()
        ? AuditLog.toLogger()
        : AuditLog.toFile(settings.audit().get());
  }

  private static Optional<TokenIssuer> issuer(HostdSettings settings) throws IOException {
    return settings.issuer().isEmpty()
        ? Optional.empty()
        : Optional.of(IssuerKeyFile.read(settings.issuer().get(), Clock.systemUTC()));
  }

  private static InetSocketAddress listen(HostdSettings.Api api) {
    int colon = api.listen().lastIndexOf(':');
    try {
      return new InetSocketAddress(
          api.listen().substring(0, Math.max(0, colon)),
          Integer.parseInt(api.listen().substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("api: listen=" + api.listen() + " is not ADDRESS:PORT", e);
    }
  }

  private static String apiUri(HostdSettings settings) {
    return settings
        .api()
        .map(api -> "https://" + settings.address() + ":" + listen(api).getPort())
        .orElse("unix:" + settings.socket());
  }

  private static ApiSettings apiSettings(
      HostdSettings settings, Optional<ApiCredentials> credentials) {
    return new ApiSettings(
        settings.api().map(api -> new ApiSettings.Tcp(listen(api), credentials.orElseThrow())),
        Optional.of(
            new ApiSettings.Local(
                settings.socket(), settings.operators().users(), settings.operators().groups())),
        limits(settings));
  }

  private static ApiLimits limits(HostdSettings settings) {
    // What one host asks of another may wait for as long as a move's leader does for consoled.
    MigrationSettings bounds = controlSettings(settings).migration();
    Duration longest = bounds.answer().plus(bounds.drain()).plus(bounds.verify());
    ApiLimits limits = ApiLimits.DEFAULT.withHostHandling(longest.plus(MARGIN));
    Optional<Duration> call = settings.waits().call();
    if (call.isPresent()) {
      limits = limits.withHandling(call.get());
    }
    Optional<Duration> connect = settings.waits().connect();
    return connect.isPresent() ? limits.withConnect(connect.get()) : limits;
  }

  private static CallSettings calls(HostdSettings settings) {
    CallSettings calls = CallSettings.DEFAULT;
    Optional<Duration> call = settings.waits().call();
    if (call.isPresent()) {
      calls = calls.withCall(call.get());
    }
    Optional<Duration> connect = settings.waits().connect();
    return connect.isPresent() ? calls.withConnect(connect.get()) : calls;
  }

  private static HostSettings hostSettings(HostdSettings settings) {
    HostdSettings.Waits waits = settings.waits();
    StreamSecurity streams =
        settings.streams() == HostdSettings.Streams.PLAIN
            ? StreamSecurity.PLAIN
            : new StreamSecurity(
                settings
                    .api()
                    .map(
                        api ->
                            new StreamSecurity.Keys(
                                api.certificate(), api.key(), api.authority())));
    return new HostSettings(
        settings.address(),
        settings.libvirt().map(HostdSettings.Libvirt::uri),
        settings.libvirt().map(HostdSettings.Libvirt::peerUri),
        settings.libvirt().map(HostdSettings.Libvirt::tunnelled).orElse(false),
        streams,
        settings.consoleVms(),
        settings.run(),
        waits.toolstack().orElse(Duration.ofSeconds(30)),
        waits.arrival().orElse(Duration.ofMinutes(2)),
        waits.serve().orElse(Duration.ofMinutes(1)));
  }

  private static ControlSettings controlSettings(HostdSettings settings) {
    ControlSettings control = ControlSettings.DEFAULT;
    HostdSettings.Migration wanted = settings.migration();
    MigrationSettings normal = MigrationSettings.DEFAULT;
    return control
        .withMigration(
            new MigrationSettings(
                wanted.answer().orElse(normal.answer()),
                wanted.domUCopy().orElse(normal.domUCopy()),
                wanted.drain().orElse(normal.drain()),
                wanted.domRMove().orElse(normal.domRMove()),
                wanted.domULanding().orElse(normal.domULanding()),
                wanted.pausedBound().orElse(normal.pausedBound()),
                wanted.verify().orElse(normal.verify()),
                wanted.persistence().orElse(normal.persistence())))
        .withCapacity(settings.maxVms().orElse(control.maxVms()), settings.labels())
        .withLook(settings.waits().look().orElse(control.look()))
        .withLeases(
            settings.waits().presence().orElse(control.presenceTtl()),
            settings.waits().leader().orElse(control.leaderTtl()));
  }
}
