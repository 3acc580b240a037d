package org.dmore.coordinator.api;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;

/** A file with keys or certificates, as openssl writes them. */
record PemFile(Path path) {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE,
          PosixFilePermission.GROUP_WRITE);

  /**
   * The certificates in it, in their order.
   *
   * @throws IOException if there is none
   */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    for (Object part : parts()) {
      if (part instanceof X509CertificateHolder holder) {
        try {
          found.add(new JcaX509CertificateConverter().getCertificate(holder));
        } catch (GeneralSecurityException e) {
          throw new IOException(
              "file=" + path + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (found.isEmpty()) {
      throw new IOException(
          "file=" + path + " has no certificate: it must begin with -----BEGIN CERTIFICATE-----");
    }
    return List.copyOf(found);
  }

  /**
   * The key in it.
   *
   * @throws IOException if there is none, or people may read it who should not
   */
  PrivateKey key() throws IOException {
    List<Object> parts = parts();
    for (PosixFilePermission permission : Files.getPosixFilePermissions(path)) {
      if (OTHERS.contains(permission)) {
        throw new IOException(
            "file=%s is a key that others may use (permission=%s): chmod 600 it, and make a new"
                    .formatted(path, permission)
                + " one if others may have read it");
      }
    }
    for (Object part : parts) {
      if (part instanceof PEMKeyPair pair) {
        return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
      }
      if (part instanceof PrivateKeyInfo info) {
        return new JcaPEMKeyConverter().getPrivateKey(info);
      }
    }
    throw new IOException("file=" + path + " has no private key that is not encrypted");
  }

  private List<Object> parts() throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(text()))) {
      List<Object> parts = new ArrayList<>();
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        parts.add(part);
      }
      return parts;
    }
  }

  private String text() throws IOException {
    try {
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw new IOException(
            "file=%s bytes=%d is no certificate or key: at most %d"
                .formatted(path, size, MAX_BYTES));
      }
      return Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("file=" + path + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException("file=" + path + " cannot be read by this user", e);
    }
  }

  /**
   * Writes what has not been there.
   *
   * @param mode as {@code rw-------}, from the first byte on
   * @throws IOException if there is a file already: nothing is written over
   */
  void create(Object content, String mode) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(content);
    }
    try (SeekableByteChannel file =
        Files.newByteChannel(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "file=" + path + " is there already, and is not written over: move it away first", e);
    }
  }
}
