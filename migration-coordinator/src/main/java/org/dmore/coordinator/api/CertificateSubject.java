package org.dmore.coordinator.api;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** Who a certificate is for: its subject's CN is the name, its OU the role, each once. */
final class CertificateSubject {
  private CertificateSubject() {}

  /** Reads it; whoever has no role is refused later, with a reason. */
  static Caller callerOf(X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    String shown = "subject=" + subject;
    Optional<String> name = only(subject, BCStyle.CN);
    Optional<Role> role = only(subject, BCStyle.OU).flatMap(Role::of);
    if (name.isEmpty() || role.isEmpty()) {
      return Caller.refused(
          shown,
          shown
              + " says not what this is: a certificate must have one CN=NAME and one OU=host,"
              + " OU=operator or OU=viewer");
    }
    return Caller.of(name.get(), role.get());
  }

  private static Optional<String> only(X500Name subject, ASN1ObjectIdentifier kind) {
    RDN[] found = subject.getRDNs(kind);
    return found.length == 1 && !found[0].isMultiValued()
        ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
        : Optional.empty();
  }
}
