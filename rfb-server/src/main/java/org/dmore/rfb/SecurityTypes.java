package org.dmore.rfb;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.PasswordVerifier;
import org.dmore.rfb.security.SecurityType;
import org.dmore.rfb.security.SharedPasswords;
import org.dmore.rfb.security.VeNCrypt;
import org.dmore.rfb.security.VncAuthentication;
import org.dmore.rfb.security.rsaaes.RsaAes;
import org.dmore.rfb.security.tls.ServerCertificates;

/**
 * From what an embedder has (users, passwords, certificates, keys) to the security types that can
 * be offered with it, the strongest first.
 *
 * <p>Say who may in ({@link #users}, {@link #passwords}, {@link #everyone}) and how the connection
 * is protected ({@link #certificates}, {@link #rsaKey}, {@link #anonymousTls}); {@link
 * #encryptedOnly} leaves out what would be offered bare. Not thread-safe.
 */
public final class SecurityTypes {
  private Optional<ServerCertificates> certificates = Optional.empty();
  private Optional<KeyPair> rsaKey = Optional.empty();
  private Optional<PasswordVerifier> users = Optional.empty();
  private Optional<VncAuthentication> vnc = Optional.empty();
  private Optional<PasswordVerifier> shared = Optional.empty();
  private Optional<NoAuthentication> none = Optional.empty();
  private boolean anonymousTls;
  private boolean encryptedOnly;

  /** Users with a name and a password each. */
  public SecurityTypes users(PasswordVerifier value) {
    users = Optional.of(value);
    return this;
  }

  /**
   * Passwords without names. VNC Authentication looks at 8 characters of them, RSA-AES at all.
   *
   * @param password for everything; asked at each attempt, on an event loop, so it must not block
   * @param viewOnly for looking; an empty array lets no one in
   */
  public SecurityTypes passwords(Supplier<char[]> password, Supplier<char[]> viewOnly) {
    vnc = Optional.of(new VncAuthentication(password, viewOnly));
    shared = Optional.of(new SharedPasswords(password, viewOnly));
    return this;
  }

  /** VNC Authentication with passwords of one's own, in place of {@link #passwords}. */
  public SecurityTypes vnc(VncAuthentication value) {
    vnc = Optional.of(value);
    return this;
  }

  /**
   * What checks passwords without names for RSA-AES where there are no {@link #users}, in place of
   * {@link #passwords}.
   */
  public SecurityTypes shared(PasswordVerifier value) {
    shared = Optional.of(value);
    return this;
  }

  /** Whoever comes is taken for this one. */
  public SecurityTypes everyone(Identity identity) {
    none = Optional.of(new NoAuthentication(identity));
    return this;
  }

  /** X509Plain, X509Vnc, X509None. */
  public SecurityTypes certificates(ServerCertificates value) {
    certificates = Optional.of(value);
    return this;
  }

  /** TLSPlain, TLSVnc, TLSNone: nobody listens, but somebody may stand in between. */
  public SecurityTypes anonymousTls() {
    anonymousTls = true;
    return this;
  }

  /** RSA-AES; the key is RSA of 2048 bits or more. Asks for a name if there are users. */
  public SecurityTypes rsaKey(KeyPair value) {
    rsaKey = Optional.of(value);
    return this;
  }

  /** Without VncAuth, None and the types of RSA-AES that encrypt the password only. */
  public SecurityTypes encryptedOnly() {
    encryptedOnly = true;
    return this;
  }

  /**
   * What follows from it.
   *
   * @throws IllegalStateException if nobody could come in
   */
  public List<SecurityType> build() {
    List<SecurityType> types = new ArrayList<>();
    Optional<PasswordVerifier> asked = users.or(() -> shared);
    List<RsaAes> rsa =
        rsaKey.isPresent() && asked.isPresent()
            ? RsaAes.all(rsaKey.get(), asked.get(), users.isPresent())
            : List.of();
    Optional<SecurityType> tls = veNCrypt();
    // TLS with certificates before RSA-AES, that before TLS without.
    tls.filter(type -> certificates.isPresent()).ifPresent(types::add);
    rsa.stream().filter(RsaAes::encryptsAll).forEach(types::add);
    tls.filter(type -> certificates.isEmpty()).ifPresent(types::add);
    if (!encryptedOnly) {
      rsa.stream().filter(type -> !type.encryptsAll()).forEach(types::add);
      vnc.ifPresent(types::add);
      none.ifPresent(types::add);
    }
    if (types.isEmpty()) {
      throw new IllegalStateException(
          "nobody could come in: give users, passwords or everyone, and for encryptedOnly"
              + " certificates, anonymousTls or rsaKey");
    }
    return List.copyOf(types);
  }

  private Optional<SecurityType> veNCrypt() {
    boolean protects = certificates.isPresent() || anonymousTls;
    if (users.isEmpty() && !(protects && (vnc.isPresent() || none.isPresent()))) {
      return Optional.empty();
    }
    VeNCrypt.Builder builder = VeNCrypt.builder();
    certificates.ifPresent(builder::certificates);
    if (anonymousTls) {
      builder.anonymous();
    }
    users.ifPresent(builder::users);
    vnc.ifPresent(builder::vnc);
    none.ifPresent(builder::none);
    return Optional.of(builder.build());
  }
}
