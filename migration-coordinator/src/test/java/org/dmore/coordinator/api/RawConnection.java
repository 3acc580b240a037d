package org.dmore.coordinator.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Bytes on a Unix socket, with as much of HTTP as is needed to read an answer. */
final class RawConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  RawConnection(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new BufferedInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
  }

  /** An answer as it came. */
  record Raw(int status, Map<String, String> headers, String body) {}

  RawConnection send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Sends a request with a body, or without if that is empty. */
  RawConnection send(String line, String headers, String body) throws IOException {
    int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
    return send(
        line
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + headers
            + (length > 0 ? "Content-Length: " + length + "\r\n" : "")
            + "\r\n"
            + body);
  }

  Raw read() throws IOException {
    String first = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Raw(
        Integer.parseInt(first.split(" ", -1)[1]),
        headers,
        new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  /** Whether the other end has closed, once it does something. */
  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended within: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
