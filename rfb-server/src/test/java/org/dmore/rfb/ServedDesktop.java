package org.dmore.rfb;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.dmore.rfb.nullclient.NullClient;
import org.dmore.rfb.security.ConnectionInfo;
import org.dmore.rfb.security.NoAuthentication;
import org.dmore.rfb.security.SecurityExchange;
import org.dmore.rfb.security.SecurityType;

/** A small desktop on a server of its own, and clients on it. */
final class ServedDesktop implements AutoCloseable {
  final MemoryDesktop desktop = new MemoryDesktop(64, 48);
  final RecordingInput input = new RecordingInput();
  final RfbServer server;
  private final int port;
  private final CopyOnWriteArrayList<NullClient> clients = new CopyOnWriteArrayList<>();

  ServedDesktop(UnaryOperator<RfbServer.Builder> settings) throws IOException {
    server =
        settings
            .apply(
                RfbServer.builder().desktop(desktop).input(input).security(new NoAuthentication()))
            .build();
    port = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).getPort();
  }

  /**
   * Lets everyone in, as the first identity, then as the second, and so on; as the last after it.
   */
  static SecurityType as(Identity... identities) {
    NoAuthentication none = new NoAuthentication();
    AtomicInteger count = new AtomicInteger();
    return new SecurityType() {
      @Override
      public int number() {
        return none.number();
      }

      @Override
      public String name() {
        return none.name();
      }

      @Override
      public SecurityExchange begin(ConnectionInfo connection) {
        int index = Math.min(count.getAndIncrement(), identities.length - 1);
        return new NoAuthentication(identities[index]).begin(connection);
      }
    };
  }

  /** A client that is on the desktop; it is closed with the server. */
  NullClient connect(Integer... offers) throws IOException {
    int before = running();
    NullClient client = NullClient.connect(port);
    clients.add(client);
    if (offers.length > 0) {
      client.setEncodings(offers);
    }
    await().until(() -> running() == before + 1);
    return client;
  }

  int port() {
    return port;
  }

  int running() {
    return (int)
        server.clients().stream().filter(c -> c.state() == ClientInfo.State.RUNNING).count();
  }

  /** The id of the client that came as the given one, from 0, of those who are there. */
  long id(int index) {
    return server.clients().get(index).id();
  }

  boolean hasControl(int index) {
    return server.clients().get(index).control();
  }

  @Override
  public void close() throws IOException {
    for (NullClient client : clients) {
      client.close();
    }
    server.close();
  }
}
