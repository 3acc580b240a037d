package org.dmore.coordinator.api;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes an operator's own authority, and certificates of it for hosts and people: P-256, in PEM
 * files. Keys are their owner's alone to read, and nothing is ever written over. An operator who
 * has an authority already needs none of it.
 */
public final class HostKeys {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration LIFE = Duration.ofDays(825);

  /** Clocks differ. */
  private static final Duration BACKDATED = Duration.ofDays(1);

  private static final String AUTHORITY = "ca";
  private static final String KEY_MODE = "rw-------";
  private static final String CERTIFICATE_MODE = "rw-r--r--";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern IP_ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
  private static final Pattern DNS_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");

  private HostKeys() {}

  /**
   * What was made.
   *
   * @param key the private key
   * @param certificate its certificate
   * @param authority the authority's certificate
   */
  public record KeyFiles(Path key, Path certificate, Path authority) {
    private static KeyFiles in(Path folder, String name) {
      return new KeyFiles(
          folder.resolve(name + ".key"),
          folder.resolve(name + ".pem"),
          folder.resolve(AUTHORITY + ".pem"));
    }

    /** Reads them. */
    public ApiCredentials read() throws IOException {
      return ApiCredentials.read(key, certificate, authority);
    }
  }

  /**
   * Makes an authority, for 10 years: {@code ca.key}, to be kept off the hosts, and {@code ca.pem}.
   *
   * @param folder where; it is made if it is not there
   * @throws IOException if one of the files is there already
   */
  public static KeyFiles makeAuthority(Path folder) throws IOException {
    Files.createDirectories(folder);
    KeyFiles files = KeyFiles.in(folder, AUTHORITY);
    KeyPair pair = newPair();
    X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, "dmore authority").build();
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        builder(subject, subject, pair.getPublic(), now.minus(BACKDATED), now.plus(AUTHORITY_LIFE));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    addIdentifiers(builder, pair.getPublic(), pair.getPublic());
    write(files, pair.getPrivate(), sign(builder, pair.getPrivate()));
    return files;
  }

  /**
   * Makes a key and a certificate, for 825 days: {@code NAME.key} and {@code NAME.pem}.
   *
   * @param folder where the authority is
   * @param name who it is for: a host's name, or a person's
   * @param role what they may do
   * @param addresses IP addresses and DNS names under which a host is reached; none for people
   * @throws IOException if there is no authority, or one of the files is there already
   * @throws IllegalArgumentException if the name or an address cannot be one, or a host has none
   */
  public static KeyFiles issue(Path folder, String name, Role role, List<String> addresses)
      throws IOException {
    Instant now = Instant.now();
    return issue(folder, name, role, addresses, now.minus(BACKDATED), now.plus(LIFE));
  }

  static KeyFiles issue(
      Path folder, String name, Role role, List<String> addresses, Instant from, Instant until)
      throws IOException {
    check(name, role, addresses);
    KeyFiles authority = KeyFiles.in(folder, AUTHORITY);
    PrivateKey issuerKey = new PemFile(authority.key()).key();
    X509Certificate issuer = new PemFile(authority.certificate()).certificates().get(0);
    X500Name subject =
        new X500NameBuilder().addRDN(BCStyle.OU, role.text()).addRDN(BCStyle.CN, name).build();
    KeyPair pair = newPair();
    X509v3CertificateBuilder builder =
        builder(
            X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
            subject,
            pair.getPublic(),
            from,
            until);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    // A person's certificate is no server's, so that nobody can pose as a host with it.
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        role == Role.HOST
            ? new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth})
            : new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    if (!addresses.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              addresses.stream().map(HostKeys::generalName).toArray(GeneralName[]::new)));
    }
    addIdentifiers(builder, pair.getPublic(), issuer.getPublicKey());
    KeyFiles files = KeyFiles.in(folder, name);
    write(files, pair.getPrivate(), sign(builder, issuerKey));
    return files;
  }

  private static void check(String name, Role role, List<String> addresses) {
    if (!NAME.matcher(name).matches() || name.equals(AUTHORITY)) {
      throw new IllegalArgumentException(
          "name=" + name + " must be 1 to 64 of letters, digits and . _ @ -, and not " + AUTHORITY);
    }
    if (role == Role.HOST && addresses.isEmpty()) {
      throw new IllegalArgumentException(
          "host=" + name + " needs an address under which others reach it");
    }
    for (String address : addresses) {
      if (!IP_ADDRESS.matcher(address).matches() && !DNS_NAME.matcher(address).matches()) {
        throw new IllegalArgumentException(
            "address=" + address + " is neither an IP address nor a DNS name");
      }
    }
  }

  private static GeneralName generalName(String address) {
    try {
      // Without a name server: it is a number already.
      return IP_ADDRESS.matcher(address).matches()
          ? new GeneralName(GeneralName.iPAddress, InetAddress.getByName(address).getHostAddress())
          : new GeneralName(GeneralName.dNSName, address);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("address=" + address + " is no IP address", e);
    }
  }

  private static KeyPair newPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE makes no P-256 keys: " + e.getMessage(), e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant until) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(159, new SecureRandom()).setBit(158), // positive, 20 bytes at most
        Date.from(from),
        Date.from(until),
        subject,
        key);
  }

  private static void addIdentifiers(
      X509v3CertificateBuilder builder, PublicKey own, PublicKey issuers) throws IOException {
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(own));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(issuers));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JRE has no SHA-1: " + e.getMessage(), e);
    }
  }

  private static Object sign(X509v3CertificateBuilder builder, PrivateKey key) throws IOException {
    try {
      String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      return builder.build(new JcaContentSignerBuilder(algorithm).build(key));
    } catch (OperatorCreationException e) {
      throw new IOException("the authority's key cannot sign: " + e.getMessage(), e);
    }
  }

  private static void write(KeyFiles files, PrivateKey key, Object certificate) throws IOException {
    new PemFile(files.key()).create(new JcaPKCS8Generator(key, null), KEY_MODE);
    try {
      new PemFile(files.certificate()).create(certificate, CERTIFICATE_MODE);
    } catch (IOException e) {
      Files.delete(files.key()); // of no use, and in the way of the next attempt
      throw e;
    }
  }
}
