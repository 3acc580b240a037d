package org.dmore.coordinator.api;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Gets a path from a Unix socket and prints the answer; a program of the JDK alone. */
final class SocketGet {
  private SocketGet() {}

  public static void main(String[] arguments) throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(Path.of(arguments[0])))) {
      String request =
          "GET " + arguments[1] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(request);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      System.out.write(Channels.newInputStream(channel).readAllBytes());
      System.out.flush();
    }
  }
}
