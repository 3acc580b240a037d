package org.dmore.rfb.web;

import io.netty.channel.Channel;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.session.Transport;

/** RFB in a WebSocket. */
record WebSocketTransport(ConnectionInfo connection, WebSocketCodec codec) implements Transport {
  @Override
  public String name() {
    return connection.encrypted() ? "wss" : "websocket";
  }

  @Override
  public void endOutput(Channel channel) {
    codec.endOutput();
  }
}
