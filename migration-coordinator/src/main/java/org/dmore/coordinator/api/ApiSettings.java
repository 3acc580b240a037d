package org.dmore.coordinator.api;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server listens.
 *
 * @param tcp for hosts and operators elsewhere; empty for none
 * @param local for users of this machine; empty for none
 * @param limits what nobody may exceed
 */
public record ApiSettings(Optional<Tcp> tcp, Optional<Local> local, ApiLimits limits) {

  /**
   * A TCP port with mutual TLS.
   *
   * @param address where; port 0 for any that is free
   * @param credentials the server's own, and the authority that clients' certificates are from
   */
  public record Tcp(InetSocketAddress address, ApiCredentials credentials) {}

  /**
   * A Unix socket, whose peers are known by their process's user. A process's supplementary groups
   * are not looked at, only the group that it runs with.
   *
   * @param socket the socket's file; its folder must exist
   * @param uids users who are operators, beside root
   * @param gids groups whose users are operators
   */
  public record Local(Path socket, Set<Integer> uids, Set<Integer> gids) {
    /** Copies the sets. */
    public Local {
      uids = Set.copyOf(uids);
      gids = Set.copyOf(gids);
    }

    boolean allows(int uid, int[] groups) {
      if (uid == 0 || uids.contains(uid)) {
        return true;
      }
      for (int group : groups) {
        if (gids.contains(group)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Checks that there is something to listen on. */
  public ApiSettings {
    if (tcp.isEmpty() && local.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to listen on: give a TCP address or a Unix socket");
    }
  }
}
