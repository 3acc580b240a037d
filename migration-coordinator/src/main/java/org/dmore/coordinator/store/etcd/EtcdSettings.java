package org.dmore.coordinator.store.etcd;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How etcd is reached.
 *
 * @param endpoints the members, as {@code http://host:2379}, or {@code https://} for TLS; tried in
 *     this order, starting with the one that answered last
 * @param tls the certificates for {@code https}; without, the system's authorities are trusted
 * @param user who to log in as, where etcd asks for it
 * @param call how long a call may take, until an answer
 * @param connect how long a connection may take
 */
public record EtcdSettings(
    List<URI> endpoints,
    Optional<EtcdTls> tls,
    Optional<EtcdUser> user,
    Duration call,
    Duration connect) {

  private static final int PORT = 2379;

  /**
   * Checks the endpoints.
   *
   * @throws IllegalArgumentException if there is none, or one is no address
   */
  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints= must name one member of etcd or more");
    }
    for (URI endpoint : endpoints) {
      String scheme = endpoint.getScheme();
      if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new IllegalArgumentException(
            "endpoint=%s must be like http://host:%d or https://host:%d"
                .formatted(endpoint, PORT, PORT));
      }
    }
  }

  /** Without certificates or user; 5 s for a call, 2 s for a connection. */
  public static EtcdSettings of(URI... endpoints) {
    return new EtcdSettings(
        List.of(endpoints),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2));
  }

  /** The same with certificates. */
  public EtcdSettings withTls(EtcdTls certificates) {
    return new EtcdSettings(endpoints, Optional.of(certificates), user, call, connect);
  }

  /** The same with a user. */
  public EtcdSettings withUser(EtcdUser who) {
    return new EtcdSettings(endpoints, tls, Optional.of(who), call, connect);
  }

  /** The same with another time for a call. */
  public EtcdSettings withCall(Duration time) {
    return new EtcdSettings(endpoints, tls, user, time, connect);
  }

  /** The same with another time for a connection. */
  public EtcdSettings withConnect(Duration time) {
    return new EtcdSettings(endpoints, tls, user, call, time);
  }

  static int portOf(URI endpoint) {
    return endpoint.getPort() < 0 ? PORT : endpoint.getPort();
  }
}
