package org.dmore.rfb.session;

import java.net.SocketAddress;
import java.time.Duration;
import org.dmore.rfb.Client;
import org.dmore.rfb.ClientInfo;
import org.dmore.rfb.ServerListener;
import org.dmore.rfb.ServerMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on to an embedder's listener, whose failures do not become a connection's. */
public final class GuardedListener implements ServerListener {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final ServerListener listener;

  public GuardedListener(ServerListener listener) {
    this.listener = listener;
  }

  @Override
  public void connected(ClientInfo client) {
    guarded(() -> listener.connected(client));
  }

  @Override
  public void refused(SocketAddress address, ServerMetrics.Refusal why, String reason) {
    guarded(() -> listener.refused(address, why, reason));
  }

  @Override
  public void entered(ClientInfo client) {
    guarded(() -> listener.entered(client));
  }

  @Override
  public void controlled(ClientInfo client) {
    guarded(() -> listener.controlled(client));
  }

  @Override
  public void left(ClientInfo client, boolean entered, String reason, Duration time) {
    guarded(() -> listener.left(client, entered, reason, time));
  }

  @Override
  public void power(Client client, String action, String result) {
    guarded(() -> listener.power(client, action, result));
  }

  @Override
  public void clipboard(Client client, Direction direction, int transfers, long length) {
    guarded(() -> listener.clipboard(client, direction, transfers, length));
  }

  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("the server's listener failed", e);
    }
  }
}
