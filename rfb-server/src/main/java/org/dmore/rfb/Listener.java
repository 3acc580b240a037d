package org.dmore.rfb;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.dmore.rfb.web.ProxyPolicy;
import org.dmore.rfb.web.WebOptions;

/**
 * A port of an {@link RfbServer} and what is spoken there. A value.
 *
 * @param address where; port 0 takes any that is free
 * @param rfb whether clients may speak RFB with nothing around it
 * @param web how clients may speak HTTP and WebSocket; not at all if empty
 * @param proxies whom connections come from, if not from the clients themselves
 */
public record Listener(
    InetSocketAddress address,
    boolean rfb,
    Optional<WebOptions> web,
    Optional<ProxyPolicy> proxies) {

  public Listener {
    if (!rfb && web.isEmpty()) {
      throw new IllegalArgumentException("a listener must speak RFB or HTTP");
    }
  }

  /** RFB, which viewers speak. */
  public static Listener rfb(InetSocketAddress address) {
    return new Listener(address, true, Optional.empty(), Optional.empty());
  }

  /** HTTP: RFB in WebSockets, and a page for browsers. */
  public static Listener web(InetSocketAddress address, WebOptions options) {
    return new Listener(address, false, Optional.of(options), Optional.empty());
  }

  /**
   * Both on one port. A client that has sent nothing for {@link
   * org.dmore.rfb.web.WebLimits#viewerPatience} is taken for a viewer: on this port viewers connect
   * that much slower, and a browser on a slow machine may be taken for one. Two ports are better
   * where there can be two.
   */
  public static Listener rfbAndWeb(InetSocketAddress address, WebOptions options) {
    return new Listener(address, true, Optional.of(options), Optional.empty());
  }

  /** The same for connections that come from these proxies, each with a PROXY header. */
  public Listener behind(ProxyPolicy trusted) {
    return new Listener(address, rfb, web, Optional.of(trusted));
  }
}
