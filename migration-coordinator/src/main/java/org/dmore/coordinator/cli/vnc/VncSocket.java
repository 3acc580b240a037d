package org.dmore.coordinator.cli.vnc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A connection that vernacular may have: see {@link ClientMessages}. */
final class VncSocket extends Socket {
  /** {@code RFB 003.008\n} (RFC 6143, 7.1.1). */
  private static final int VERSION_LENGTH = 12;

  private final ClientMessages messages;
  private final InputStream in;

  /**
   * Connects.
   *
   * @param onEnd hears that the server has closed the connection: vernacular does not say so
   */
  VncSocket(String host, int port, Duration patience, Runnable onEnd) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      super.close();
      throw new IOException("the name of host=" + host + " is not known");
    }
    try {
      connect(address, (int) patience.toMillis());
      setTcpNoDelay(true);
      messages = new ClientMessages(super.getOutputStream());
      in = new ServerBytes(super.getInputStream(), onEnd);
    } catch (IOException e) {
      super.close();
      throw new IOException(
          "no VNC server answers at %s port=%d: %s".formatted(host, port, e.getMessage()), e);
    }
  }

  ClientMessages messages() {
    return messages;
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return messages;
  }

  /** Gives the server's version alone first: vernacular loses what it reads together with it. */
  private static final class ServerBytes extends FilterInputStream {
    private final Runnable onEnd;
    private int left = VERSION_LENGTH;

    ServerBytes(InputStream in, Runnable onEnd) {
      super(in);
      this.onEnd = onEnd;
    }

    /** Notes what was read. */
    private void note(int count, boolean atEnd) {
      left = Math.max(0, left - count);
      if (atEnd) {
        onEnd.run();
      }
    }

    @Override
    public int read() throws IOException {
      int octet = super.read();
      note(1, octet < 0);
      return octet;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int got = super.read(bytes, from, left > 0 ? Math.min(count, left) : count);
      note(Math.max(0, got), got < 0);
      return got;
    }

    @Override
    public int available() throws IOException {
      return left > 0 ? Math.min(left, super.available()) : super.available();
    }
  }
}
