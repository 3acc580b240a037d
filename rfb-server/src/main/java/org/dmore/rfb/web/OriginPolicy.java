package org.dmore.rfb.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which web pages may open a WebSocket here (RFC 6455, 10.2). A browser lets any page try and says
 * in the {@code Origin} header which one it was; without this check every page that a user looks at
 * could reach a console on the user's network. A client that is no browser sends no Origin and is
 * let through.
 */
public final class OriginPolicy {
  private final Set<String> allowed;
  private final boolean sameHost;

  private OriginPolicy(Set<String> allowed, boolean sameHost) {
    this.allowed = allowed;
    this.sameHost = sameHost;
  }

  /** Pages from the host and port that the request's {@code Host} header names. */
  public static OriginPolicy ofSameHost() {
    return new OriginPolicy(Set.of(), true);
  }

  /**
   * Pages from these origins and no others.
   *
   * @param origins each as {@code https://console.example} or {@code http://127.0.0.1:8080}
   */
  public static OriginPolicy of(Set<String> origins) {
    return new OriginPolicy(
        origins.stream().map(OriginPolicy::checked).collect(Collectors.toUnmodifiableSet()), false);
  }

  /** These besides pages from the same host. */
  public OriginPolicy orSameHost() {
    return new OriginPolicy(allowed, true);
  }

  /**
   * Whether a page may.
   *
   * @param origin the header's value
   * @param host the request's {@code Host}, as {@code name} or {@code name:port}
   */
  boolean allows(String origin, String host) {
    String wanted = origin.toLowerCase(Locale.ROOT);
    if (allowed.contains(wanted)) {
      return true;
    }
    if (!sameHost) {
      return false;
    }
    int end = wanted.indexOf("://");
    if (end < 0) {
      return false;
    }
    // The scheme is not compared: a proxy in front may have taken TLS off.
    String scheme = wanted.substring(0, end);
    return withPort(wanted.substring(end + 3), scheme)
        .equals(withPort(host.toLowerCase(Locale.ROOT), scheme));
  }

  private static String withPort(String authority, String scheme) {
    boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
    return hasPort ? authority : authority + (scheme.equals("https") ? ":443" : ":80");
  }

  private static String checked(String origin) {
    try {
      URI uri = new URI(origin);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (web && uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getQuery() == null) {
        return origin.toLowerCase(Locale.ROOT);
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "origin=" + origin + " must be scheme://host or scheme://host:port, without a slash after");
  }
}
