package org.dmore.vdev.service;

import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmore.rfb.Client;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.Listener;
import org.dmore.rfb.RfbLimits;
import org.dmore.rfb.RfbServer;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics;
import org.dmore.rfb.metrics.MetricsEndpoint;
import org.dmore.rfb.metrics.MicrometerMetrics;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.dmore.rfb.web.WebOptions;
import org.dmore.vdev.access.AccessControl;
import org.dmore.vdev.audit.Audit;
import org.dmore.vdev.backend.EventPump;
import org.dmore.vdev.console.GuestConsole;
import org.dmore.vdev.input.InputHub;
import org.dmore.vdev.input.Keymap;
import org.dmore.vdev.input.Ledger;
import org.dmore.vdev.input.Paste;
import org.dmore.xen.DomainPorts;
import org.dmore.xen.HostMark;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console of one guest: its devices on one side, an RFB server on the other, one event loop for
 * both. A DomR that serves several guests has one of these for each, which share nothing but the
 * process.
 *
 * <p>hostd drives it through xenstore ({@link ControlMessage}):
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><td>{@code hold drain-millis=N}</td><td>keep input from now on, and wait until the guest has
 * consumed what stands in its ring, for at most N milliseconds; answers {@code drained}</td></tr>
 * <tr><td>{@code release}</td><td>undo hold</td></tr>
 * <tr><td>{@code detach}</td><td>unmap and unbind everything; answers {@code unsettled}, the events
 * that stood in the ring and were not seen consumed</td></tr>
 * <tr><td>{@code reattach}</td><td>undo detach and hold: the move was called off</td></tr>
 * <tr><td>{@code receipt in-cons=N}</td><td>the guest stopped for good with its {@code in_cons}
 * at N, u32; {@code in-cons=unknown} if nobody can tell; answers {@code requeued}, the events that
 * wait again</td></tr>
 * <tr><td>{@code attach}</td><td>take up the devices at the new place</td></tr>
 * <tr><td>{@code verify timeout-millis=N}</td><td>wait until the devices are back and the guest has
 * consumed what was held; answers the receipt</td></tr>
 * <tr><td>{@code status}</td><td>answers the ledger's cursors, and how many sessions there
 * are</td></tr>
 * <tr><td>{@code sessions [after=ID]}</td><td>answers who is on the console</td></tr>
 * <tr><td>{@code disconnect session=ID}</td><td>ends a session</td></tr>
 * <tr><td>{@code token-keys [keys=KEY,KEY...]}</td><td>take tokens of these issuers, in place of those
 * that came this way before; answers all keys' ids</td></tr>
 * <tr><td>{@code one-time id=ID password=P right=R seconds=N [uses=N]
 * [user=NAME]}</td><td>let a viewer in by this password, for so long and so often</td></tr>
 * <tr><td>{@code revoke id=ID [seconds=N]}, {@code revoke [user=NAME] before=TIME}</td><td>a token or
 * one-time password, or all that were issued before, one user's or everybody's; answers {@code
 * sessions}, those that were ended</td></tr>
 * <tr><td>{@code paste text=T}</td><td>type a text as keys, as fast as the guest takes them;
 * answers {@code total}, its characters, or what the layout cannot type. {@code more=true}: keep
 * this part, more is to come; answers {@code kept}</td></tr>
 * <tr><td>{@code paste-status}</td><td>answers {@code state}, {@code typed}, {@code consumed},
 * {@code total}</td></tr>
 * <tr><td>{@code paste-cancel}</td><td>type no more; answers as {@code paste-status}</td></tr>
 * <tr><td>{@code locks [caps=on|off]}</td><td>take it that the guest's CapsLock is so, as a person
 * sees and nobody else can; answers {@code caps}</td></tr>
 * </table>
 *
 * <p>Public methods may be called from any thread.
 */
public final class Consoled implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Consoled.class);
  private static final int SWEEP_SECONDS = 60;

  private final ConsoledConfig config;
  private final IoEventLoopGroup group;
  private final EventLoop loop;
  private final XenStore store;
  private final ControlNodes nodes;
  private final EventPump events;
  private final GuestConsole console;
  private final DeviceManager devices;
  private final ControlEndpoint control;
  private final MoveCommands moving;
  private final PasteCommands pasting;
  private final WaitingInput waiting;
  private final AccessCommands viewers;
  private final Audit audit;
  private final Optional<PowerPort> power;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RfbServer server;

  private XenStore.Watch moveWatch;
  private final HostMark mark;
  private volatile InetSocketAddress address;
  private final Optional<ServerCertificates> certificates;
  private final AccessControl access;
  private volatile Optional<InetSocketAddress> webAddress = Optional.empty();
  private volatile Optional<MetricsEndpoint> metricsEndpoint = Optional.empty();

  /** Makes a daemon that asks for the configured password; {@link #start} sets it to work. */
  public Consoled(ConsoledConfig config, DomainPorts ports) {
    this(config, ConsoleSecurity.ofPassword(config.password()), ports);
  }

  /** Makes a daemon without an audit; {@link #start} sets it to work. */
  public Consoled(ConsoledConfig config, ConsoleSecurity security, DomainPorts ports) {
    this(config, security, Audit.none(), ports);
  }

  /** Makes a daemon; {@link #start} sets it to work. */
  public Consoled(ConsoledConfig config, ConsoleSecurity security, Audit audit, DomainPorts ports) {
    this.config = config;
    this.audit = audit;
    this.access = security.access();
    this.certificates = security.certificates();
    this.group = RfbServer.newEventLoopGroup(1, "console");
    this.loop = group.next();
    this.store = ports.xenStore();
    String guest = config.shared() ? config.guestName() : "";
    this.nodes = ControlNodes.of(guest);
    this.mark = new HostMark(store, "consoled" + ControlNodes.word(guest));
    this.events = new EventPump(ports.eventChannels(), loop, LoopDescriptor.on(loop));
    this.console =
        new GuestConsole(
            config.guestName(),
            new InputHub(config.congestionMark(), Keymap.load(config.keymap()), loop),
            System::nanoTime);
    this.pasting = new PasteCommands(console, audit);
    this.waiting = new WaitingInput(store, nodes, console.ledger(), loop);
    this.viewers = new AccessCommands(access, audit, loop, this::server);
    this.power =
        config.power().map(time -> new PowerPort(store, nodes, loop, Clock.systemUTC(), time));
    this.devices = new DeviceManager(ports, guest, loop, events, console);
    this.moving = new MoveCommands(console, devices, waiting, store, nodes, loop);
    this.control = new ControlEndpoint(store, nodes, loop, this::handle);
    MicrometerMetrics metrics = new MicrometerMetrics(meters, Tags.of("guest", config.guestName()));
    this.server = newServer(security, metrics);
    metrics.watch(server);
    console.onAdvance(moving::advanced);
    access.onRefusal((address, why, id) -> audit.refused(address, why.text(), id));
  }

  /**
   * Opens the port for viewers and begins to follow devices and commands.
   *
   * @throws IOException if the port cannot be opened or xenstore refuses; nothing is left running
   */
  public void start() throws IOException {
    try {
      InetSocketAddress wanted = new InetSocketAddress(config.listenHost(), config.listenPort());
      if (wanted.isUnresolved()) {
        throw new UnknownHostException(
            "listenHost=" + config.listenHost() + " has no address: is its name right?");
      }
      address = server.start(wanted);
      if (config.webPort().isPresent()) {
        InetSocketAddress web =
            new InetSocketAddress(config.listenHost(), config.webPort().getAsInt());
        WebOptions plain =
            access.settings().tokens()
                ? WebOptions.defaults().withTokens(access)
                : WebOptions.defaults();
        WebOptions options = certificates.map(plain::withTls).orElse(plain);
        webAddress = Optional.of(server.listen(Listener.web(web, options)));
      }
      if (config.metricsPort().isPresent()) {
        InetSocketAddress loopback =
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), config.metricsPort().getAsInt());
        metricsEndpoint = Optional.of(MetricsEndpoint.start(loopback, meters::scrape));
      }
      onLoop(
          () -> {
            boolean detached = store.read(nodes.detached()).isPresent();
            if (detached) {
              LOG.info("the devices were let go for a move before this start, and stay so");
              console.beginMove();
              waiting.follow();
            }
            devices.start(detached);
            if (power.isPresent()) {
              power.get().start();
            }
            control.start();
            markHost();
            tellStarted();
            Future<?> unused =
                loop.scheduleWithFixedDelay(
                    audit::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
            // Every watch fires again after a move; the number may be the same.
            moveWatch = store.watch("domid", path -> loop.execute(this::checkHost));
            return null;
          });
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    LOG.info("guest={} console on {}", config.guestName(), address);
  }

  /** Where viewers connect. */
  public InetSocketAddress address() {
    return address;
  }

  /** Where browsers connect, if they may: by https, if there are certificates. */
  public Optional<InetSocketAddress> webAddress() {
    return webAddress;
  }

  /** Where Prometheus reads, if it may. */
  public Optional<InetSocketAddress> metricsAddress() {
    return metricsEndpoint.map(MetricsEndpoint::address);
  }

  /** Whether the guest's keyboard and framebuffer are both connected. */
  public boolean isConnected() {
    return query(
        console -> console.isDesktopLive() && console.ledger().state() == Ledger.State.LIVE);
  }

  /**
   * Input events that wait for the guest now. Does not wait for the loop, so that it answers while
   * this domain stands still too; the number may be a moment old.
   */
  public int waitingEvents() {
    return console.ledger().waiting();
  }

  /** The one thread on which all of it runs: what stands still while this domain is suspended. */
  public Executor loop() {
    return loop;
  }

  /** Reads something of the console on its loop; waits for it. */
  public <T> T query(java.util.function.Function<GuestConsole, T> question) {
    try {
      return onLoop(() -> question.apply(console));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Types a text into the guest as keys, as fast as the guest takes them; returns when the first
   * are on their way. Moves of the guest do not disturb it.
   *
   * @param listener hears of it on the console's loop
   * @return characters that will be typed, a line end being one
   * @throws org.dmore.vdev.input.UntypeableTextException if the guest's layout lacks a character of
   *     it; nothing was typed
   * @throws IllegalArgumentException if it is empty or longer than {@link Paste#MAX_CHARACTERS}
   * @throws IllegalStateException if another paste is under way
   */
  public int paste(String text, Paste.Listener listener) {
    return query(unused -> pasting.begin(text, listener).total());
  }

  /**
   * Calls a paste off that is under way.
   *
   * @return characters of the last paste that the guest has got, or gets; 0 if there was none
   */
  public int cancelPaste() {
    return query(
        console -> {
          console.lastPaste().ifPresent(Paste::cancel);
          return console.lastPaste().map(Paste::typed).orElse(0);
        });
  }

  /** The viewers' server. */
  public RfbServer server() {
    return server;
  }

  @Override
  public void close() {
    metricsEndpoint.ifPresent(MetricsEndpoint::close);
    server.close();
    meters.close();
    if (!loop.isShuttingDown()) {
      try {
        onLoop(
            () -> {
              if (moveWatch != null) {
                moveWatch.close();
              }
              control.close();
              waiting.close();
              power.ifPresent(PowerPort::close);
              devices.close();
              mark.remove();
              return null;
            });
      } catch (IOException | RuntimeException e) {
        LOG.warn("consoled did not close in order: {}", e.getMessage());
      }
    }
    audit.stopped();
    events.close();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private RfbServer newServer(ConsoleSecurity security, ServerMetrics metrics) {
    RfbServer.Builder builder = RfbServer.builder();
    power.ifPresent(builder::power);
    return builder
        .desktop(console.desktop())
        .input(console.input())
        .security(security.types())
        .control(config.control())
        .limits(
            RfbLimits.builder()
                .maxConnections(config.maxClients())
                .idleTimeout(config.idleTimeout())
                .build())
        .metrics(metrics)
        .listener(new ViewerListener())
        .eventLoopGroup(group)
        .build();
  }

  /**
   * Sees a move that nobody announced: the mark of the former host is gone, and what was mapped and
   * bound there is dead. It is left alone, since closing it would harm, and the devices that there
   * are here are taken up.
   */
  private void checkHost() {
    try {
      boolean here = mark.isHere();
      if (!here && !devices.isDetached()) {
        LOG.warn("this domain was moved unannounced: domid={}", store.read("domid").orElse("none"));
        devices.abandon();
      }
      if (!here) {
        mark.set();
      }
    } catch (XenException e) {
      LOG.warn("whether this domain was moved is not known: {}", e.getMessage());
    }
  }

  /** Marks the host, for {@link #checkHost}. */
  private void markHost() {
    try {
      mark.set();
    } catch (XenException e) {
      LOG.warn("a move that nobody announces will not be noticed: {}", e.getMessage());
    }
  }

  /** Lets dom0 know that what only a process's memory had is gone. */
  private void tellStarted() {
    audit.started(access.hasFormerMemory());
    try {
      store.write(
          nodes.started(),
          Instant.now().truncatedTo(ChronoUnit.MILLIS)
              + " memory="
              + (access.hasFormerMemory() ? "kept" : "none"));
    } catch (XenException e) {
      // Nothing was attached yet: dom0 makes the directory when it does.
      LOG.debug("dom0 does not listen yet: {}", e.getMessage());
    }
  }

  private CompletableFuture<Map<String, String>> handle(ControlMessage command)
      throws XenException {
    if (MoveCommands.VERBS.contains(command.verb())) {
      audit.moved(command.verb());
      return moving.carryOut(command);
    }
    return switch (command.verb()) {
      case ControlMessage.STATUS -> {
        Map<String, String> status = moving.cursors();
        status.put("sessions", Integer.toString(viewers.count()));
        yield answer(status);
      }
      case ControlMessage.SESSIONS -> answer(viewers.sessions(command));
      case ControlMessage.DISCONNECT -> answer(viewers.disconnect(command));
      case ControlMessage.TOKEN_KEYS -> answer(viewers.keys(command));
      case ControlMessage.ONE_TIME -> answer(viewers.oneTime(command));
      case ControlMessage.REVOKE -> answer(viewers.revoke(command));
      case ControlMessage.PASTE -> answer(pasting.paste(command));
      case ControlMessage.PASTE_STATUS -> answer(pasting.status());
      case ControlMessage.PASTE_CANCEL -> answer(pasting.cancel());
      case ControlMessage.LOCKS -> answer(locks(command));
      default -> throw new IllegalArgumentException("verb=" + command.verb() + " is not a command");
    };
  }

  private Map<String, String> locks(ControlMessage command) {
    if (command.has("caps")) {
      String caps = command.text("caps");
      if (!caps.equals("on") && !caps.equals("off")) {
        throw new IllegalArgumentException("caps=" + caps + " is neither on nor off");
      }
      console.assumeCapsLock(caps.equals("on"));
    }
    return Map.of("caps", console.capsLock() ? "on" : "off");
  }

  private static CompletableFuture<Map<String, String>> answer(Map<String, String> result) {
    return CompletableFuture.completedFuture(result);
  }

  private <T> T onLoop(Callable<T> task) throws IOException {
    if (loop.inEventLoop()) {
      throw new IllegalStateException("would wait for itself: called on the console's event loop");
    }
    try {
      return loop.submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while waiting for the console");
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        failure.addSuppressed(new IllegalStateException("asked for here"));
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Hands on to the audit, and looks at who came in. */
  private final class ViewerListener implements ServerListener {
    @Override
    public void connected(ClientInfo client) {
      audit.connected(client);
    }

    @Override
    public void refused(SocketAddress address, ServerMetrics.Refusal why, String reason) {
      audit.refused(address, why, reason);
    }

    @Override
    public void entered(ClientInfo client) {
      audit.entered(client);
      viewers.entered(client);
    }

    @Override
    public void controlled(ClientInfo client) {
      audit.controlled(client);
    }

    @Override
    public void left(ClientInfo client, boolean entered, String reason, Duration time) {
      audit.left(client, entered, reason, time);
    }

    @Override
    public void power(Client client, String action, String result) {
      audit.power(client, action, result);
    }

    @Override
    public void clipboard(Client client, Direction direction, int transfers, long length) {
      audit.clipboard(client, direction, transfers, length);
    }
  }
}
