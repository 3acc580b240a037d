package org.dmore.rfb.security.tls;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads PEM files, with errors that say what to do. */
final class PemFiles {
  /** Far more than any chain needs. */
  private static final int MAX_BYTES = 1 << 20;

  private PemFiles() {}

  /** What changes when a file is written anew. */
  record Stamp(Object fileKey, long size, long modifiedMillis) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          String.valueOf(attributes.fileKey()),
          attributes.size(),
          attributes.lastModifiedTime().toMillis());
    }
  }

  static List<X509Certificate> chain(Path file) throws CertificateFileException {
    List<X509Certificate> chain = new ArrayList<>();
    for (Object part : parse(file)) {
      if (part instanceof X509CertificateHolder holder) {
        try {
          chain.add(new JcaX509CertificateConverter().getCertificate(holder));
        } catch (GeneralSecurityException e) {
          throw new CertificateFileException(
              "file=" + file + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (chain.isEmpty()) {
      throw new CertificateFileException(
          "file=" + file + " has no certificate: it must begin with -----BEGIN CERTIFICATE-----");
    }
    return chain;
  }

  static PrivateKey key(Path file) throws CertificateFileException {
    for (Object part : parse(file)) {
      try {
        if (part instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
        }
        if (part instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      } catch (IOException e) {
        throw new CertificateFileException(
            "file=" + file + " has a key that cannot be read: " + e.getMessage(), e);
      }
    }
    throw new CertificateFileException(
        "file="
            + file
            + " has no private key that is not encrypted: it must have one of PKCS#8, PKCS#1 or SEC"
            + " 1 (openssl pkey -in old.pem -out new.pem makes it)");
  }

  private static List<Object> parse(Path file) throws CertificateFileException {
    try (Reader text = new StringReader(read(file));
        PEMParser parser = new PEMParser(text)) {
      List<Object> parts = new ArrayList<>();
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        parts.add(part);
      }
      return parts;
    } catch (CertificateFileException e) {
      throw e;
    } catch (IOException e) {
      throw new CertificateFileException("file=" + file + " is no PEM file: " + e.getMessage(), e);
    }
  }

  private static String read(Path file) throws CertificateFileException {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CertificateFileException(
            "file=" + file + " bytes=" + size + " is no certificate or key: limit=" + MAX_BYTES);
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new CertificateFileException("file=" + file + " does not exist", e);
    } catch (CertificateFileException e) {
      throw e;
    } catch (IOException e) {
      throw new CertificateFileException(
          "file=" + file + " cannot be read by this user: " + e.getMessage(), e);
    }
  }
}
