package org.dmore.coordinator.toolstack;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a VM's memory is protected on its way between two hosts by xl, in socat's words: both ends
 * prove by a certificate that they are the host that they say they are, or nothing is protected.
 *
 * @param keys certificate chain, key and the authority's certificate, as PEM files; empty for a
 *     network that has nobody else on it
 */
public record StreamSecurity(Optional<Keys> keys) {

  /** PEM files. */
  public record Keys(Path certificate, Path key, Path authority) {
    private String options() {
      return ",cert=%s,key=%s,cafile=%s,verify=1".formatted(certificate, key, authority);
    }
  }

  /** No protection. */
  public static final StreamSecurity PLAIN = new StreamSecurity(Optional.empty());

  /**
   * The end that waits for one connection.
   *
   * @param from the address that it may come from; empty for any
   * @param name the name that its certificate must have
   * @param seconds how long it waits
   */
  String listener(String from, String name, long seconds) {
    // One whose machine has died is noticed: what it sent half is then given up.
    String options =
        ",reuseaddr,keepalive,keepidle=30,keepintvl=10,keepcnt=6,accept-timeout="
            + seconds
            + (from.isEmpty() ? "" : ",range=" + from + "/32");
    return keys.map(
            files -> "OPENSSL-LISTEN:0" + options + files.options() + ",openssl-commonname=" + name)
        .orElse("TCP-LISTEN:0" + options);
  }

  /**
   * The end that connects.
   *
   * @param name the name that the other's certificate must have
   */
  String connector(String address, String name) {
    return keys.map(files -> "OPENSSL:" + address + files.options() + ",openssl-commonname=" + name)
        .orElse("TCP:" + address);
  }
}
