package org.dmore.benchmarks.lab;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection to a dom0's command channel ({@code benchmarks/xen-lab/dom0/channel}): a request
 * line with the bytes that belong to it, then an answer. Nobody but the lab's closed network can
 * reach the channel, so it asks for no password.
 *
 * <p>An answer is a line {@code STATUS OUT ERR} (exit status and two sizes in bytes), then OUT
 * bytes of standard output and ERR bytes of standard error. Closing the connection before the
 * answer ends the command and all that it started in its process group.
 */
final class Dom0Channel implements Closeable {
  private static final int MAX_LINE = 100;
  private static final int CONNECT_MILLIS = 5_000;

  private final Socket socket;
  private final DataInputStream in;

  private Dom0Channel(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  static Dom0Channel open(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      return new Dom0Channel(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a request line and what belongs to it. */
  void request(String line, byte[] body) throws IOException {
    byte[] head = (line + "\n").getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(head);
    out.write(body);
    out.flush();
  }

  /** The whole answer; standard output as bytes. {@link SocketTimeoutException} at the limit. */
  Answer answer(Duration limit) throws IOException {
    Deadline deadline = Deadline.in(limit);
    String[] head = line(deadline).split(" ", -1);
    if (head.length != 3) {
      throw new IOException(
          "the channel's answer is not STATUS OUT ERR: " + String.join(" ", head));
    }
    try {
      int status = Integer.parseInt(head[0]);
      byte[] out = bytes(Integer.parseInt(head[1]), deadline);
      byte[] err = bytes(Integer.parseInt(head[2]), deadline);
      return new Answer(status, out, err);
    } catch (NumberFormatException e) {
      throw new IOException("the channel's answer is not numbers: " + String.join(" ", head), e);
    }
  }

  private String line(Deadline deadline) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (; ; ) {
      socket.setSoTimeout(deadline.millisLeft());
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("dom0 closed the connection before it answered");
      }
      if (octet == '\n') {
        return text.toString(StandardCharsets.UTF_8);
      }
      if (text.size() == MAX_LINE) {
        throw new IOException("the channel's answer has no line end: " + text);
      }
      text.write(octet);
    }
  }

  private byte[] bytes(int size, Deadline deadline) throws IOException {
    byte[] bytes = new byte[size];
    int read = 0;
    while (read < size) {
      socket.setSoTimeout(deadline.millisLeft());
      int n = in.read(bytes, read, size - read);
      if (n < 0) {
        throw new EOFException(
            "dom0 closed the connection after " + read + " of " + size + " bytes");
      }
      read += n;
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** An answer as it came. */
  static final class Answer {
    private final int status;
    private final byte[] out;
    private final byte[] err;

    private Answer(int status, byte[] out, byte[] err) {
      this.status = status;
      this.out = out;
      this.err = err;
    }

    int status() {
      return status;
    }

    byte[] out() {
      return out;
    }

    String outText() {
      return new String(out, StandardCharsets.UTF_8);
    }

    String errText() {
      return new String(err, StandardCharsets.UTF_8);
    }
  }
}
