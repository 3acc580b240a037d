package org.dmore.rfb.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.dmore.rfb.security.ConnectionInfo;

/** RFB on a TCP connection and nothing between. */
public record TcpTransport(ConnectionInfo connection) implements Transport {
  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public void endOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      // RFB's own handshake has put TLS in between: its end is said within it.
      ChannelFuture unused = tls.closeOutbound();
      return;
    }
    ChannelFuture unused =
        channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
  }
}
