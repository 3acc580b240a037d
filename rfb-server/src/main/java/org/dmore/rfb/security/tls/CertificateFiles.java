package org.dmore.rfb.security.tls;

import java.nio.file.Path;

/**
 * Where a certificate and its key are.
 *
 * @param chain PEM: the server's certificate first, then those that lead to its authority
 * @param key PEM: its private key, RSA or EC, as PKCS#8, PKCS#1 or SEC 1, not encrypted
 */
public record CertificateFiles(Path chain, Path key) {}
