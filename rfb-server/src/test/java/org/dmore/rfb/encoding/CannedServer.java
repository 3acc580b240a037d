package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.dmore.rfb.nullclient.Format;
import org.dmore.rfb.nullclient.NullClient;

/** Sends a null client what a test gives it, whatever the client says. */
final class CannedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Socket socket;
  private final DataOutputStream out;
  private final NullClient client;

  CannedServer(int width, int height) throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    client = NullClient.open(listener.getLocalPort());
    socket = listener.accept();
    out = new DataOutputStream(socket.getOutputStream());
    out.write("RFB 003.008\n".getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {1, 1, 0, 0, 0, 0});
    out.writeShort(width);
    out.writeShort(height);
    out.write(new byte[] {32, 24, 0, 1, 0, -1, 0, -1, 0, -1, 16, 8, 0, 0, 0, 0});
    out.writeInt(0);
    client.version("003.008");
    client.choose(1);
    client.init(true);
  }

  void wants(Format format, Integer... encodings) throws IOException {
    client.setPixelFormat(format);
    client.setEncodings(encodings);
  }

  /** Sends rectangles as one update, which the client decodes and checks. */
  void send(ByteBuf rectangles, int count) throws IOException {
    byte[] bytes = new byte[rectangles.readableBytes()];
    rectangles.readBytes(bytes);
    // From another thread: the client reads only after this, and the socket's room is finite.
    Thread sender =
        new Thread(
            () -> {
              try {
                out.writeShort(0);
                out.writeShort(count);
                out.write(bytes);
                out.flush();
              } catch (IOException e) {
                // the client ends, and its test with it
              }
            });
    sender.start();
    client.read();
  }

  NullClient client() {
    return client;
  }

  @Override
  public void close() throws IOException {
    client.close();
    socket.close();
    listener.close();
  }
}
