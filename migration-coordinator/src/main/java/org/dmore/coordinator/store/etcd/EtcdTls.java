package org.dmore.coordinator.store.etcd;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificates for etcd, as files in PEM.
 *
 * @param authority who signed etcd's certificate
 * @param client the certificate and key that this client shows, where etcd asks for them
 */
public record EtcdTls(Path authority, Optional<ClientKey> client) {

  /**
   * What this client shows.
   *
   * @param certificate the certificate, with those between it and its authority
   * @param key its private key, PKCS#8, not encrypted
   */
  public record ClientKey(Path certificate, Path key) {}
}
