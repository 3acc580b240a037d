package org.dmore.coordinator.hostd;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dmore.coordinator.api.ApiClient;
import org.dmore.coordinator.api.ApiCredentials;
import org.dmore.coordinator.api.CallSettings;
import org.dmore.coordinator.api.RemoteVmHost;
import org.dmore.coordinator.control.Peer;
import org.dmore.coordinator.control.Peers;
import org.dmore.coordinator.store.record.HostRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other hosts' hostds, over their API; connections are kept. Thread-safe. */
final class PeerHosts implements Peers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerHosts.class);

  private final Optional<ApiCredentials> credentials;
  private final CallSettings calls;
  private final Map<String, Way> ways = new HashMap<>();

  private record Way(String api, ApiClient client) {}

  /**
   * Begins with none.
   *
   * @param credentials this host's; without them there is no way to any other
   */
  PeerHosts(Optional<ApiCredentials> credentials, CallSettings calls) {
    this.credentials = credentials;
    this.calls = calls;
  }

  @Override
  public synchronized Optional<Peer> peer(HostRecord host) {
    if (credentials.isEmpty() || !host.api().startsWith("https:")) {
      return Optional.empty();
    }
    Way way = ways.get(host.name());
    if (way != null && !way.api().equals(host.api())) {
      way.client().close();
      way = null;
    }
    if (way == null) {
      try {
        way =
            new Way(host.api(), ApiClient.remote(URI.create(host.api()), credentials.get(), calls));
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("host={} api={}: {}", host.name(), host.api(), e.getMessage());
        return Optional.empty();
      }
      ways.put(host.name(), way);
    }
    return Optional.of(new Peer(new RemoteVmHost(host.name(), way.client()), way.client()));
  }

  @Override
  public synchronized void close() {
    ways.values().forEach(way -> way.client().close());
    ways.clear();
  }
}
