package org.dmore.coordinator.api;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Who this end of a connection is, and which authority the other end's certificate must be from.
 * They are read once: whoever replaces the files makes a new one.
 */
public final class ApiCredentials {
  private static final String PROTOCOL = "TLSv1.3";

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final List<X509Certificate> authority;

  private ApiCredentials(
      PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authority) {
    this.key = key;
    this.chain = chain;
    this.authority = authority;
  }

  /**
   * Reads PEM files.
   *
   * @param key the private key, not encrypted, which no other user may read
   * @param chain its certificate, and those between it and the authority
   * @param authority the operator's authority
   * @throws IOException with what is wrong and which file: it is missing, cannot be read, may be
   *     read by everybody, has expired, or key and certificate are not a pair
   */
  public static ApiCredentials read(Path key, Path chain, Path authority) throws IOException {
    ApiCredentials read = readUnchecked(key, chain, authority);
    checkTime(chain, read.chain);
    checkTime(authority, read.authority);
    checkPair(key, read.key, chain, read.chain.get(0).getPublicKey());
    return read;
  }

  /** The same, however old they are. */
  static ApiCredentials readUnchecked(Path key, Path chain, Path authority) throws IOException {
    return new ApiCredentials(
        new PemFile(key).key(),
        new PemFile(chain).certificates(),
        new PemFile(authority).certificates());
  }

  private static void checkTime(Path file, List<X509Certificate> certificates) throws IOException {
    Instant now = Instant.now();
    for (X509Certificate certificate : certificates) {
      Instant begin = certificate.getNotBefore().toInstant();
      Instant end = certificate.getNotAfter().toInstant();
      if (now.isAfter(end)) {
        throw new IOException(
            "file=%s has a certificate that has expired: subject=%s notAfter=%s; have a new one issued"
                .formatted(file, certificate.getSubjectX500Principal(), end));
      }
      if (now.isBefore(begin)) {
        throw new IOException(
            "file=%s has a certificate that is not valid yet: subject=%s notBefore=%s; is this machine's clock right?"
                .formatted(file, certificate.getSubjectX500Principal(), begin));
      }
    }
  }

  private static void checkPair(Path keyFile, PrivateKey key, Path chainFile, PublicKey open)
      throws IOException {
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    boolean pair;
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(open.getEncoded());
      byte[] signed = signing.sign();
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(open);
      checking.update(open.getEncoded());
      pair = checking.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "file=%s algorithm=%s is no key for file=%s: take EC or RSA (%s)"
              .formatted(keyFile, key.getAlgorithm(), chainFile, e.getMessage()),
          e);
    }
    if (!pair) {
      throw new IOException(
          "file=%s is not the key of the first certificate in file=%s"
              .formatted(keyFile, chainFile));
    }
  }

  /** For a server: clients must show a certificate of the authority. */
  SslContext serverContext() throws SSLException {
    return SslContextBuilder.forServer(key, chain)
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOL)
        .trustManager(authority)
        .clientAuth(ClientAuth.REQUIRE)
        .build();
  }

  /** For a client: the server must show a certificate of the authority for its address. */
  SslContext clientContext() throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOL)
        .keyManager(key, chain)
        .trustManager(authority)
        .endpointIdentificationAlgorithm("HTTPS")
        .build();
  }
}
