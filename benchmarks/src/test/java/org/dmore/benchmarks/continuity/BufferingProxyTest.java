package org.dmore.benchmarks.continuity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.benchmarks.lab.viewer.RfbMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BufferingProxyTest {
  private final List<Integer> keysyms = new CopyOnWriteArrayList<>();
  private volatile InetSocketAddress current;

  /** A server that takes one client, and notes what it types. */
  private final class OneClientServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private volatile Socket client;

    OneClientServer() throws IOException {
      Thread thread = new Thread(this::serve, "server");
      thread.setDaemon(true);
      thread.start();
    }

    InetSocketAddress address() {
      return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void serve() {
      try {
        client = listener.accept();
        DataInputStream in = new DataInputStream(client.getInputStream());
        RfbHandshake.asServer(in, client.getOutputStream(), new byte[24]);
        while (true) {
          byte[] head = new byte[4];
          in.readFully(head);
          keysyms.add(in.readInt());
        }
      } catch (IOException e) {
        // Its end.
      }
    }

    @Override
    public void close() throws IOException {
      end();
    }

    private void end() throws IOException {
      listener.close();
      if (client != null) {
        client.close();
      }
    }
  }

  private static void type(RfbLink link, int from, int to) throws IOException {
    for (int keysym = from; keysym < to; keysym++) {
      link.send(RfbMessages.key(true, keysym));
    }
  }

  private static List<Integer> range(int to) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @Test
  void whatIsTypedWhileThereIsNoServerComesToTheNextOneInOrder() throws Exception {
    try (OneClientServer first = new OneClientServer()) {
      current = first.address();
      try (BufferingProxy proxy = new BufferingProxy(() -> current);
          RfbLink link = RfbLink.connect(proxy.address(), ended -> {})) {
        type(link, 0, 50);
        await().until(() -> keysyms.size() == 50);
        first.end();
        await().until(() -> !proxy.hasServer());
        type(link, 50, 100);
        try (OneClientServer second = new OneClientServer()) {
          current = second.address();
          type(link, 100, 150);
          await().until(() -> keysyms.size() == 150);
          assertThat(keysyms).isEqualTo(range(150));
          assertThat(link.hasEnded()).isFalse();
        }
      }
    }
  }

  @Test
  void anythingButAKeyEndsTheConnection() throws Exception {
    try (OneClientServer server = new OneClientServer()) {
      current = server.address();
      try (BufferingProxy proxy = new BufferingProxy(() -> current);
          RfbLink link = RfbLink.connect(proxy.address(), ended -> {})) {
        link.send(RfbMessages.pointer(0, 1, 1));
        await().until(link::hasEnded);
      }
    }
  }
}
