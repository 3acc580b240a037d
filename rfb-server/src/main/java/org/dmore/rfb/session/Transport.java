package org.dmore.rfb.session;

import io.netty.channel.Channel;
import org.dmore.rfb.security.ConnectionInfo;

/** What carries a session's bytes, as far as the session has to know. */
public interface Transport {

  /** Who and where the client is, as far as this knows. */
  ConnectionInfo connection();

  /** What the log and {@link org.dmore.rfb.ClientInfo} call it. */
  String name();

  /**
   * Tells the client that no more output comes; what it still sends is read. The session closes the
   * channel a while later.
   */
  void endOutput(Channel channel);
}
