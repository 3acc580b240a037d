package org.dmore.benchmarks.rig;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * An RFB client that looks at where rectangles end and at nothing within them, and has a few fields
 * of its own, so that many of them weigh little beside the sessions that are measured.
 */
public final class SessionClient {
  private static final int ZRLE = 16;
  private static final int COPY_RECT = 1;
  private static final int RECTANGLE = 12;
  private static final byte[] VERSION = "RFB 003.008\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REQUEST = {
    3,
    1,
    0,
    0,
    0,
    0,
    (byte) (ScrollingDesktop.WIDTH >> 8),
    (byte) ScrollingDesktop.WIDTH,
    (byte) (ScrollingDesktop.HEIGHT >> 8),
    (byte) ScrollingDesktop.HEIGHT
  };

  private final SocketChannel socket;
  private final byte[] head = new byte[RECTANGLE + 4];
  private int headLength;
  private int rectanglesLeft;
  private long skip;

  /** Connects to a server that asks for no password. */
  public SessionClient(InetSocketAddress server) throws IOException {
    socket = SocketChannel.open(server);
    socket.socket().setTcpNoDelay(true);
    read(VERSION.length);
    write(VERSION);
    read(read(1)[0]);
    write(new byte[] {1});
    read(4);
    write(new byte[] {1});
    byte[] init = read(24);
    read(ByteBuffer.wrap(init).getInt(20));
    write(new byte[] {2, 0, 0, 2, 0, 0, 0, ZRLE, 0, 0, 0, COPY_RECT});
  }

  /** Its connection, the caller's to close. */
  public SocketChannel socket() {
    return socket;
  }

  /** Asks for the next update; there is always room for so little. */
  public void request() throws IOException {
    write(REQUEST);
  }

  /** Waits for an update; while the socket blocks. */
  public void readUpdate() throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 14);
    while (true) {
      if (socket.read(chunk.clear()) < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (receive(chunk.flip()) > 0) {
        return;
      }
    }
  }

  /** Takes bytes that came; returns how many updates ended with them. */
  int receive(ByteBuffer in) {
    int updates = 0;
    while (in.hasRemaining()) {
      if (skip > 0) {
        int now = (int) Math.min(skip, in.remaining());
        in.position(in.position() + now);
        skip -= now;
        updates += skip == 0 && rectanglesLeft == 0 ? 1 : 0;
        continue;
      }
      head[headLength++] = in.get();
      updates += parse();
    }
    return updates;
  }

  private int parse() {
    ByteBuffer text = ByteBuffer.wrap(head);
    if (rectanglesLeft == 0) {
      if (headLength == 4) {
        headLength = 0;
        if (head[0] != 0) {
          throw new IllegalStateException("message-type=" + head[0] + " is no update");
        }
        rectanglesLeft = text.getShort(2) & 0xffff;
      }
      return 0;
    }
    if (headLength < RECTANGLE) {
      return 0;
    }
    int encoding = text.getInt(8);
    if (encoding == ZRLE && headLength < head.length) {
      return 0;
    }
    headLength = 0;
    rectanglesLeft--;
    skip =
        switch (encoding) {
          case ZRLE -> text.getInt(RECTANGLE);
          case COPY_RECT -> 4;
          case 0 -> 4L * (text.getShort(4) & 0xffff) * (text.getShort(6) & 0xffff);
          default -> throw new IllegalStateException("encoding=" + encoding + " was not offered");
        };
    return 0;
  }

  private byte[] read(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (socket.read(bytes) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }
    return bytes.array();
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      socket.write(out);
    }
  }
}
