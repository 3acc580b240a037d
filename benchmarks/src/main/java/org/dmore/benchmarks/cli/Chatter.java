package org.dmore.benchmarks.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where everything goes that JMH and the forked JVMs say and nobody asked for. */
final class Chatter implements AutoCloseable {
  private final PrintStream stream;

  private Chatter(OutputStream out) {
    this.stream = new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  static Chatter to(Path file) throws IOException {
    return new Chatter(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  static Chatter toNowhere() {
    return new Chatter(OutputStream.nullOutputStream());
  }

  PrintStream stream() {
    return stream;
  }

  @Override
  public void close() {
    stream.close();
  }
}
