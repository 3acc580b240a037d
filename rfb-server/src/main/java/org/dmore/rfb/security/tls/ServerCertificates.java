package org.dmore.rfb.security.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that a server shows, and TLS with them.
 *
 * <p>They are read from PEM files, and read again without a restart once a file changes: each
 * handshake looks. Files that cannot be used then are told of in the log, and the certificates that
 * were there stay. Where there are several, the one for the host that the client asks for is taken
 * (SNI), else the first that suits the client.
 *
 * <p>TLS 1.3 and 1.2, by the JDK, with forward secrecy and authenticated encryption only.
 *
 * <p>Threading: any. A handshake's heavy steps, and the files' reading, are done by an executor and
 * not by the event loop.
 */
public final class ServerCertificates {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);

  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final ReloadingKeyManager keys;
  private final SslContext context;
  private final Executor executor;

  private ServerCertificates(List<CertificateFiles> files, Executor executor) throws IOException {
    this.keys = new ReloadingKeyManager(files);
    this.executor = executor;
    try {
      this.context =
          SslContextBuilder.forServer(keys)
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(SUITES)
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JRE has no TLS: " + e.getMessage(), e);
    }
  }

  /**
   * Reads certificates that exist.
   *
   * @param files at least one pair
   * @throws IOException naming the file and what to do
   */
  public static ServerCertificates of(List<CertificateFiles> files) throws IOException {
    return of(files, ForkJoinPool.commonPool());
  }

  /** As {@link #of(List)}, with an executor for the handshakes' heavy steps, of some ms each. */
  public static ServerCertificates of(List<CertificateFiles> files, Executor executor)
      throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("a server that speaks TLS needs a certificate");
    }
    return new ServerCertificates(List.copyOf(files), executor);
  }

  /**
   * Reads a certificate, or makes a self-signed one if neither of its files exists, as on the first
   * run. The key can be read by its owner alone. The fingerprint is logged, for users to compare.
   *
   * @param names DNS names and IP addresses that the new certificate is for, at least one
   * @throws IOException if the files cannot be read or written
   */
  public static ServerCertificates orSelfSigned(CertificateFiles files, List<String> names)
      throws IOException {
    boolean first = Files.notExists(files.chain()) && Files.notExists(files.key());
    if (first) {
      SelfSigned.create(files, names);
    }
    ServerCertificates certificates = of(List.of(files));
    LOG.info(
        "certificate={} {} sha256={}",
        files.chain(),
        first ? "made, self-signed" : "read",
        certificates.fingerprint());
    return certificates;
  }

  /** TLS for a connection that was accepted; the handshake begins when the client speaks. */
  public SslHandler newHandler(ByteBufAllocator allocator) {
    return context.newHandler(allocator, executor);
  }

  /** SHA-256 of the first certificate as {@code AB:CD:...}, as browsers and viewers show it. */
  public String fingerprint() {
    return keys.first().fingerprint();
  }
}
