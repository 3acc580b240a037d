package org.dmore.rfb.security.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses a certificate for each handshake, after a look whether its files have changed.
 *
 * <p>JSSE asks first for an alias and then for what belongs to it; an alias carries the number of
 * the reading it stems from, so a reading in between cannot pair one's chain with another's key.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingKeyManager.class);

  /**
   * In TLS 1.3, JSSE gives a ticket for each session that may be taken up again, unless it is
   * invalid by then. TigerVNC's viewer (1.12) takes a ticket that comes in one segment with the
   * server's first words for all that came, and waits for ever. So there is none; a console is
   * opened seldom, and little is lost.
   */
  private static final String TLS_1_3 = "TLSv1.3";

  private static final String NONE = null; // JSSE's word for "no certificate suits"

  /** What JSSE calls a session before its first handshake is done. */
  private static final String NO_SUITE = "SSL_NULL_WITH_NULL_NULL";

  private final List<CertificateFiles> files;

  private volatile Reading current;
  private volatile Reading previous;
  private Optional<List<PemFiles.Stamp>> refused = Optional.empty();

  private record Reading(int number, List<KeyMaterial> keys, List<PemFiles.Stamp> stamps) {}

  ReloadingKeyManager(List<CertificateFiles> files) throws IOException {
    this.files = files;
    this.current = read(1, stamps());
    this.previous = current;
  }

  KeyMaterial first() {
    return current.keys().get(0);
  }

  private List<PemFiles.Stamp> stamps() throws IOException {
    List<PemFiles.Stamp> stamps = new ArrayList<>();
    for (CertificateFiles pair : files) {
      // A file that is missing is told of by its reader, which knows what to say.
      if (!Files.exists(pair.chain()) || !Files.exists(pair.key())) {
        return List.of();
      }
      stamps.add(PemFiles.Stamp.of(pair.chain()));
      stamps.add(PemFiles.Stamp.of(pair.key()));
    }
    return stamps;
  }

  private Reading read(int number, List<PemFiles.Stamp> stamps) throws IOException {
    List<KeyMaterial> keys = new ArrayList<>();
    for (CertificateFiles pair : files) {
      keys.add(KeyMaterial.load(pair));
    }
    return new Reading(number, List.copyOf(keys), stamps);
  }

  /**
   * Reads the files if they have changed; files that cannot be used are tried again when they do.
   */
  private synchronized Reading refreshed() {
    List<PemFiles.Stamp> now = List.of();
    try {
      // Taken before the reading: what is written during it is seen the next time.
      now = stamps();
      if (now.equals(current.stamps()) || refused.equals(Optional.of(now))) {
        return current;
      }
      Reading next = read(current.number() + 1, now);
      previous = current;
      current = next;
      refused = Optional.empty();
      LOG.info("certificate={} read again sha256={}", files.get(0).chain(), first().fingerprint());
    } catch (IOException e) {
      refused = Optional.of(now);
      LOG.error(
          "the certificate that was read before is kept, since the new one cannot be used: {}",
          e.getMessage());
    }
    return current;
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    if (!engine.getSession().getCipherSuite().equals(NO_SUITE)) {
      // TLS 1.2's renegotiation, which JSSE allows: a signature for a few bytes, again and again.
      return NONE;
    }
    Reading reading = refreshed();
    SSLSession session = engine.getHandshakeSession();
    Optional<String> host = requestedHost(session);
    if (session != null && session.getProtocol().equals(TLS_1_3)) {
      session.invalidate();
    }
    List<KeyMaterial> suited =
        reading.keys().stream().filter(key -> host.map(key::isFor).orElse(true)).toList();
    for (KeyMaterial key : suited.isEmpty() ? reading.keys() : suited) {
      if (key.isOfType(keyType)) {
        return reading.number() + ":" + reading.keys().indexOf(key);
      }
    }
    return NONE;
  }

  private static Optional<String> requestedHost(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return Optional.of(host.getAsciiName());
        }
      }
    }
    return Optional.empty();
  }

  private Optional<KeyMaterial> of(String alias) {
    int colon = alias.indexOf(':');
    int number = Integer.parseInt(alias.substring(0, colon));
    int index = Integer.parseInt(alias.substring(colon + 1));
    Reading before = previous;
    Reading now = current;
    if (now.number() == number) {
      return Optional.of(now.keys().get(index));
    }
    return before.number() == number ? Optional.of(before.keys().get(index)) : Optional.empty();
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return of(alias).map(KeyMaterial::chain).orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return of(alias).map(KeyMaterial::key).orElse(null);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    throw new UnsupportedOperationException("TLS runs by engines here, not by sockets");
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    throw new UnsupportedOperationException("aliases are made for a handshake");
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    throw new UnsupportedOperationException("these are a server's certificates");
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    throw new UnsupportedOperationException("these are a server's certificates");
  }
}
