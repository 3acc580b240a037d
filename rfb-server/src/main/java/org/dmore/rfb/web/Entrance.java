package org.dmore.rfb.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.dmore.rfb.ServerMetrics.Refusal;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.session.Session;
import org.dmore.rfb.session.SessionContext;
import org.dmore.rfb.session.TcpTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the connections of one listener to their session: through the PROXY header, TLS and HTTP,
 * as far as the listener has them. Thread-safe.
 */
public final class Entrance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

  private static final Duration BROWSER_MEMORY = Duration.ofSeconds(10);

  private final SessionContext context;
  private final boolean rfb;
  private final Optional<WebOptions> web;
  private final Optional<ProxyPolicy> proxies;
  private final WebLimits limits;
  private final Optional<WebHandler.Site> site;
  private final Lobby lobby;
  private final RecentBrowsers browsers = new RecentBrowsers(BROWSER_MEMORY, System::nanoTime);

  /**
   * Makes an entrance.
   *
   * @param rfb whether clients may speak RFB with nothing around it
   * @param web how they may speak HTTP
   * @param proxies whom they come from, if it is not themselves
   */
  public Entrance(
      SessionContext context,
      boolean rfb,
      Optional<WebOptions> web,
      Optional<ProxyPolicy> proxies) {
    this.context = context;
    this.rfb = rfb;
    this.web = web;
    this.proxies = proxies;
    this.limits = web.map(WebOptions::limits).orElse(WebLimits.defaults());
    this.site = web.map(options -> siteOf(context, options));
    this.lobby = new Lobby(limits.maxConnections());
  }

  private static WebHandler.Site siteOf(SessionContext context, WebOptions options) {
    if (options.hasPage() && !PageResources.isThere()) {
      LOG.warn("this build has no page for browsers: npm was not there when it was made");
    }
    return new WebHandler.Site(
        options,
        options.hasPage() ? PageResources.load() : PageResources.none(),
        options
            .tokens()
            .map(
                verifier ->
                    new TokenGate(
                        verifier,
                        context.blocklist(),
                        context.limits().authenticationFailureDelay())),
        context.metrics(),
        context.listener());
  }

  /** Takes a connection that was accepted, on its event loop. */
  public void accept(Channel channel) {
    SocketAddress peer = channel.remoteAddress();
    if (proxies.isEmpty()) {
      lead(channel, peer, false);
      return;
    }
    if (!proxies.get().trusts(peer)) {
      context.metrics().refused(Refusal.PROXY);
      LOG.warn("client address={} refused reason=\"it is none of the trusted proxies\"", peer);
      close(channel);
    } else if (enterLobby(channel, peer)) {
      ProxyHeaderHandler.await(
          channel,
          limits.requestTimeout(),
          context.metrics(),
          (next, client) -> lead(next, client, true));
    }
  }

  private boolean enterLobby(Channel channel, SocketAddress address) {
    boolean entered = lobby.enter(channel);
    if (!entered) {
      context.metrics().refused(Refusal.TOO_MANY);
      LOG.info(
          "client address={} refused reason=\"maxConnections={} reached before the handshake\"",
          address,
          limits.maxConnections());
      close(channel);
    }
    return entered;
  }

  private void lead(Channel channel, SocketAddress address, boolean inLobby) {
    if (web.isEmpty()) {
      beginRfb(channel, address);
      return;
    }
    if (!inLobby && !enterLobby(channel, address)) {
      return;
    }
    WebOptions options = web.get();
    if (!rfb && options.tls().isEmpty()) {
      beginHttp(channel, address, false);
      return;
    }
    PortSniffer.Choices choices =
        new PortSniffer.Choices(
            http -> beginHttp(http, address, false),
            tls -> beginTls(tls, address),
            other -> beginRfb(other, address),
            silent -> beginRfb(silent, address));
    channel
        .pipeline()
        .addLast(new PortSniffer(choices, rfb ? patience(address) : limits.requestTimeout()));
  }

  /**
   * A browser's first request comes with the last packet of TCP's handshake, but it opens more
   * connections than it needs at once.
   */
  private Duration patience(SocketAddress address) {
    return browsers.has(address)
        ? limits.viewerPatience().multipliedBy(5)
        : limits.viewerPatience();
  }

  private void beginRfb(Channel channel, SocketAddress address) {
    lobby.leave(channel);
    if (rfb) {
      Session.accept(context, channel, new TcpTransport(ConnectionInfo.plain(address)));
    } else {
      close(channel);
    }
  }

  private void beginTls(Channel channel, SocketAddress address) {
    if (web.flatMap(WebOptions::tls).isEmpty()) {
      context.metrics().refused(Refusal.NOT_OFFERED);
      LOG.info("client address={} refused reason=\"it speaks TLS, which is not set up\"", address);
      close(channel);
      return;
    }
    SslHandler handler = web.flatMap(WebOptions::tls).get().newHandler(channel.alloc());
    // The first request's timeout counts from here, and in the loop's time.
    handler.setHandshakeTimeoutMillis(0);
    channel.pipeline().addLast(handler);
    beginHttp(channel, address, true);
  }

  private void beginHttp(Channel channel, SocketAddress address, boolean encrypted) {
    browsers.add(address);
    WebHandler.add(
        channel,
        site.orElseThrow(),
        address,
        encrypted,
        (upgraded, transport) -> {
          lobby.leave(upgraded);
          Session.accept(context, upgraded, transport);
        });
  }

  private static void close(Channel channel) {
    ChannelFuture unused = channel.close();
  }

  /** Ends the connections that are not sessions. */
  @Override
  public void close() {
    lobby.close();
  }
}
