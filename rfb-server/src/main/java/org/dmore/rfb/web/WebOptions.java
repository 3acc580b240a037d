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
  private final Optional<TokenVerifier> tokens;
  private final WebLimits limits;

  private WebOptions(
      OriginPolicy origins,
      Set<String> hosts,
      boolean page,
      Optional<ServerCertificates> tls,
      Optional<TokenVerifier> tokens,
      WebLimits limits) {
    this.origins = origins;
    this.hosts = hosts;
    this.page = page;
    this.tls = tls;
    this.tokens = tokens;
    this.limits = limits;
  }

  /** A WebSocket for pages of the same host, the browser's client, no TLS. */
  public static WebOptions defaults() {
    return new WebOptions(
        OriginPolicy.ofSameHost(),
        Set.of(),
        true,
        Optional.empty(),
        Optional.empty(),
        WebLimits.defaults());
  }

  /** {@link OriginPolicy#ofSameHost} if not given. */
  public WebOptions withOrigins(OriginPolicy value) {
    return new WebOptions(value, hosts, page, tls, tokens, limits);
  }

  /**
   * The host names, without a port, by which this server may be called; a request that calls it
   * otherwise is refused, so that no one else's name can be pointed here to pass for the same host
   * (DNS rebinding). Any name if none are given.
   */
  public WebOptions withHosts(Set<String> values) {
    Set<String> lowerCase =
        values.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return new WebOptions(origins, Set.copyOf(lowerCase), page, tls, tokens, limits);
  }

  /** Serves the WebSocket and no page. */
  public WebOptions withoutPage() {
    return new WebOptions(origins, hosts, false, tls, tokens, limits);
  }

  /** Speaks TLS (https, wss); a plain request is then redirected or refused. */
  public WebOptions withTls(ServerCertificates value) {
    return new WebOptions(origins, hosts, page, Optional.of(value), tokens, limits);
  }

  /**
   * Lets in who shows a right token, in place of RFB's own authentication. A client that can set
   * headers shows it as {@code Authorization: Bearer}, a browser as a subprotocol {@code token.}
   * with the token in base64url, which this server's page makes of {@code /#token=...}. Who shows
   * none is asked by RFB.
   */
  public WebOptions withTokens(TokenVerifier value) {
    return new WebOptions(origins, hosts, page, tls, Optional.of(value), limits);
  }

  /** {@link WebLimits#defaults} if not given. */
  public WebOptions withLimits(WebLimits value) {
    return new WebOptions(origins, hosts, page, tls, tokens, value);
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

  Optional<TokenVerifier> tokens() {
    return tokens;
  }

  /** What is allowed. */
  public WebLimits limits() {
    return limits;
  }
}
