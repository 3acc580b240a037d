package org.dmore.rfb.security.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A certificate's chain and its key, which belong together. */
final class KeyMaterial {
  private static final int SAN_DNS = 2;

  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final List<String> dnsNames;

  private KeyMaterial(List<X509Certificate> chain, PrivateKey key, List<String> dnsNames) {
    this.chain = chain;
    this.key = key;
    this.dnsNames = dnsNames;
  }

  static KeyMaterial load(CertificateFiles files) throws IOException {
    List<X509Certificate> chain = PemFiles.chain(files.chain());
    PrivateKey key = PemFiles.key(files.key());
    X509Certificate certificate = chain.get(0);
    if (!belong(key, certificate.getPublicKey())) {
      throw new CertificateFileException(
          "key file="
              + files.key()
              + " does not belong to the first certificate of file="
              + files.chain()
              + ": put the server's own certificate first, and give its own key");
    }
    return new KeyMaterial(chain, key, dnsNames(certificate));
  }

  private static boolean belong(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC", "ECDSA" -> "SHA256withECDSA";
          case "EdDSA", "Ed25519" -> "Ed25519";
          default -> key.getAlgorithm();
        };
    try {
      byte[] probe = {1, 2, 3};
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(certified);
      signer.update(probe);
      return signer.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<String> dnsNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> one : all) {
          if (one.get(0) instanceof Integer kind && kind == SAN_DNS) {
            names.add(((String) one.get(1)).toLowerCase(Locale.ROOT));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return List.copyOf(names);
  }

  X509Certificate[] chain() {
    return chain.toArray(X509Certificate[]::new);
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate certificate() {
    return chain.get(0);
  }

  /** JSSE's name of the kind of its key. */
  boolean isOfType(String keyType) {
    String own = certificate().getPublicKey().getAlgorithm();
    return own.equals(keyType);
  }

  /** Whether it is for that host: its name, or a wildcard for its first label (RFC 6125, 6.4.3). */
  boolean isFor(String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    String wildcard = dot < 0 ? "" : "*" + wanted.substring(dot);
    return dnsNames.contains(wanted) || dnsNames.contains(wildcard);
  }

  /** SHA-256 of the certificate as {@code AB:CD:...}, as browsers and viewers show it. */
  String fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read cannot be encoded", e);
    }
  }
}
