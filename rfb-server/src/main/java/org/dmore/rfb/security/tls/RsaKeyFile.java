package org.dmore.rfb.security.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An RSA key in a PEM file, for RSA-AES, whose viewers remember it. */
public final class RsaKeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(RsaKeyFile.class);
  private static final int BITS = 3072;

  private RsaKeyFile() {}

  /**
   * Reads the key, or makes one of 3072 bits if there is no such file, as on the first run; only
   * its owner can read it.
   *
   * @throws IOException naming the file and what to do
   */
  public static KeyPair orMade(Path file) throws IOException {
    boolean first = Files.notExists(file);
    if (first) {
      SelfSigned.writePrivate(
          file, SelfSigned.pem(new JcaPKCS8Generator(generate().getPrivate(), null)));
    }
    KeyPair key = read(file);
    LOG.info("rsa-key={} {}", file, first ? "made" : "read");
    return key;
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no RSA: " + e.getMessage(), e);
    }
  }

  private static KeyPair read(Path file) throws IOException {
    PrivateKey key = PemFiles.key(file);
    if (!(key instanceof RSAPrivateCrtKey rsa)) {
      throw new CertificateFileException(
          "file=" + file + " has a key of algorithm=" + key.getAlgorithm() + ": RSA is needed");
    }
    try {
      return new KeyPair(
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent())),
          rsa);
    } catch (GeneralSecurityException e) {
      throw new CertificateFileException("file=" + file + " has a key that cannot be used", e);
    }
  }
}
