package org.dmore.vdev.service;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import org.dmore.rfb.Identity;
import org.dmore.rfb.SecurityTypes;
import org.dmore.rfb.security.ChallengeVerifier;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.security.rsaaes.RsaAes;
import org.dmore.rfb.security.tls.CertificateFiles;
import org.dmore.rfb.security.tls.RsaKeyFile;
import org.dmore.rfb.security.tls.ServerCertificates;
import org.dmore.vdev.access.AccessControl;

/**
 * How viewers prove who they are, and how what they say is protected.
 *
 * @param access decides who may in
 * @param types for the RFB server, the strongest first
 * @param keys what viewers can know the console by; empty if nothing is encrypted
 * @param certificates for browsers, whose port speaks TLS if there are some
 */
public record ConsoleSecurity(
    AccessControl access,
    List<SecurityType> types,
    Optional<Keys> keys,
    Optional<ServerCertificates> certificates) {
  private static final String CERTIFICATE = "certificate.pem";
  private static final String CERTIFICATE_KEY = "certificate.key";
  private static final String RSA_KEY = "rsa.key";

  /**
   * What a viewer shows of the console's keys, for its user to compare.
   *
   * @param certificate the file that a viewer can be told to trust
   * @param certificateFingerprint SHA-256, as {@code AB:CD:...}
   * @param rsaFingerprint as viewers show it for RSA-AES
   */
  public record Keys(Path certificate, String certificateFingerprint, String rsaFingerprint) {}

  public ConsoleSecurity {
    types = List.copyOf(types);
  }

  /** A password, and nothing encrypted; an empty one lets everyone in. */
  public static ConsoleSecurity ofPassword(String password) {
    return of(AccessControl.ofPassword(password));
  }

  /**
   * What lets in is somebody's to decide, and nothing is encrypted. Where there is neither a
   * password nor are tokens taken, everyone is let in.
   */
  public static ConsoleSecurity of(AccessControl access) {
    return new ConsoleSecurity(access, who(access).build(), Optional.empty(), Optional.empty());
  }

  /**
   * A password, and TLS and RSA-AES for the viewers that know them, with keys from a folder; they
   * are made there on first run.
   *
   * @param names of the host, for a new certificate: DNS names and IP addresses
   * @throws IOException naming the file that cannot be read or written, and what to do
   */
  public static ConsoleSecurity withKeys(String password, Path folder, List<String> names)
      throws IOException {
    return withKeys(AccessControl.ofPassword(password), folder, names);
  }

  /**
   * As {@link #withKeys(String, Path, List)}, for whom somebody lets in.
   *
   * @throws IOException naming the file that cannot be read or written, and what to do
   */
  public static ConsoleSecurity withKeys(AccessControl access, Path folder, List<String> names)
      throws IOException {
    Path certificate = folder.resolve(CERTIFICATE);
    ServerCertificates certificates =
        ServerCertificates.orSelfSigned(
            new CertificateFiles(certificate, folder.resolve(CERTIFICATE_KEY)), names);
    KeyPair rsa = RsaKeyFile.orMade(folder.resolve(RSA_KEY));
    return new ConsoleSecurity(
        access,
        who(access).certificates(certificates).rsaKey(rsa).anonymousTls().build(),
        Optional.of(new Keys(certificate, certificates.fingerprint(), RsaAes.fingerprint(rsa))),
        Optional.of(certificates));
  }

  private static SecurityTypes who(AccessControl access) {
    SecurityTypes types = new SecurityTypes();
    boolean tokens = access.settings().tokens();
    if (access.settings().password().isEmpty() && !tokens) {
      return types.everyone(Identity.full(""));
    }
    types.vnc(new VncAuthentication((ChallengeVerifier) access));
    // A name is asked for where it has a meaning.
    return tokens ? types.users(access) : types.shared(access);
  }
}
