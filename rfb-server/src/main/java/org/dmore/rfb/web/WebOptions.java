package org.dmore.rfb.web;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmore.rfb.security.tls.ServerCertificates;

/**
 * How a listener speaks HTTP: who may open a WebSocket, and whether there is a page. A value; the
 * {@code with} methods make changed ones.
 */
public final class WebOptions {
  /** Where WebSocket clients expect RFB. */
  public static final String PATH = "/websockify";

  private final OriginPolicy origins;
  private final Set<String> hosts;
  private final boolean page;
  private final Optional<ServerCertificates> tls;
  private final WebLimits limits;

  private WebOptions(
      OriginPolicy origins,
      Set<String> hosts,
      boolean page,
      Optional<ServerCertificates> tls,
      WebLimits limits) {
    this.origins = origins;
    this.hosts = hosts;
    this.page = page;
    this.tls = tls;
    this.limits = limits;
  }

  /** A WebSocket for pages of the same host, the browser's client, no TLS. */
  public static WebOptions defaults() {
    return new WebOptions(
        OriginPolicy.ofSameHost(), Set.of(), true, Optional.empty(), WebLimits.defaults());
  }

  /** {@link OriginPolicy#ofSameHost} if not given. */
  public WebOptions withOrigins(OriginPolicy value) {
    return new WebOptions(value, hosts, page, tls, limits);
  }

  /**
   * The host names, without a port, by which this server may be called; a request that calls it
   * otherwise is refused, so that no one else's name can be pointed here to pass for the same host
   * (DNS rebinding). Any name if none are given.
   */
  public WebOptions withHosts(Set<String> values) {
    Set<String> lowerCase =
        values.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return new WebOptions(origins, Set.copyOf(lowerCase), page, tls, limits);
  }

  /** Serves the WebSocket and no page. */
  public WebOptions withoutPage() {
    return new WebOptions(origins, hosts, false, tls, limits);
  }

  /** Speaks TLS (https, wss); a plain request is then redirected or refused. */
  public WebOptions withTls(ServerCertificates value) {
    return new WebOptions(origins, hosts, page, Optional.of(value), limits);
  }

  /** {@link WebLimits#defaults} if not given. */
  public WebOptions withLimits(WebLimits value) {
    return new WebOptions(origins, hosts, page, tls, value);
  }

  OriginPolicy origins() {
    return origins;
  }

  boolean allowsHost(String name) {
    return hosts.isEmpty() || hosts.contains(name);
  }

  boolean hasPage() {
    return page;
  }

  Optional<ServerCertificates> tls() {
    return tls;
  }

  /** What is allowed. */
  public WebLimits limits() {
    return limits;
  }
}
