package org.dmore.benchmarks.lab.scenario;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** Hands files to the lab's guests over HTTP, at this machine's address on the lab's network. */
final class FileService implements AutoCloseable {
  private static final String ADDRESS = "10.77.0.254";

  private final HttpServer server;

  private FileService(HttpServer server) {
    this.server = server;
  }

  /**
   * Begins to hand out files.
   *
   * @param files by their paths, as {@code /probe}
   */
  static FileService start(Map<String, byte[]> files) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(ADDRESS, 0), 0);
    files.forEach(
        (path, content) ->
            server.createContext(
                path,
                exchange -> {
                  try (exchange) {
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content);
                  }
                }));
    server.start();
    return new FileService(server);
  }

  /** Where a guest gets a file. */
  String url(String path) {
    return "http://" + ADDRESS + ":" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
