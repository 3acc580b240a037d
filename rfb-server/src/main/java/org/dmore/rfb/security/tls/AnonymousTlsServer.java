package org.dmore.rfb.security.tls;

import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** What is agreed to: TLS 1.2, fresh Diffie-Hellman keys, AES. */
final class AnonymousTlsServer extends AbstractTlsServer {
  /**
   * DH with GCM first, which the JDK computes fastest and gtk-vnc knows too; then ECDH, which has
   * CBC only, made safe by encrypt-then-MAC where the client knows that.
   */
  private static final int[] SUITES = {
    CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_DH_anon_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDH_anon_WITH_AES_128_CBC_SHA,
    CipherSuite.TLS_ECDH_anon_WITH_AES_256_CBC_SHA,
  };

  AnonymousTlsServer(TlsCrypto crypto) {
    super(crypto);
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return SUITES.clone();
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return ProtocolVersion.TLSv12.only();
  }

  @Override
  protected boolean preferLocalCipherSuites() {
    return true;
  }

  /** None: that is the point. */
  @Override
  public TlsCredentials getCredentials() {
    return null;
  }

  /** The RFB handshake's deadline counts; a wall clock's would cut a VM that is paused. */
  @Override
  public int getHandshakeTimeoutMillis() {
    return 0;
  }
}
