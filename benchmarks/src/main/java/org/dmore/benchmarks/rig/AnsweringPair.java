package org.dmore.benchmarks.rig;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A program: the embedded pair with the real consoled and a guest that answers each key event with
 * one byte on standard output. It says {@code ready PORT} there first, logs to standard error, and
 * ends when its standard input does.
 */
public final class AnsweringPair {
  private AnsweringPair() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setOut(System.err); // before anything logs
    try (OutputStream answers = new FileOutputStream(FileDescriptor.out);
        ConsolePair pair = new ConsolePair()) {
      pair.boot(new AnsweringGuest(pair.domU(), answers).drivers());
      String ready = "ready " + pair.address().getPort() + "\n";
      answers.write(ready.getBytes(StandardCharsets.US_ASCII));
      while (System.in.read() >= 0) {
        // whoever started this is still there
      }
    }
  }
}
