package org.dmore.coordinator.demo;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.dmore.vdev.frontend.KeyboardFrontend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a JSON line for each input event that the guest's driver consumes, in their order:
 *
 * <pre>
 *   {"n":1,"kind":"key","code":30,"pressed":true}
 *   {"n":2,"kind":"position","x":400,"y":300,"wheel":0}
 *   {"n":3,"kind":"motion","x":-4,"y":2,"wheel":0}
 * </pre>
 *
 * <p>The guest's CPU hands the lines over; a thread of the log's writes them, so that a slow disk
 * does not slow the guest.
 */
final class GuestLog implements KeyboardFrontend.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuestLog.class);
  private static final String END = "";

  private final Path file;
  private final Writer out;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread writer;
  private long number;

  /**
   * Opens the file, emptying it.
   *
   * @throws IOException if it cannot be written
   */
  GuestLog(Path file) throws IOException {
    this.file = file;
    this.out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    this.writer = new Thread(this::write, "guest-log");
    writer.setDaemon(true);
    writer.start();
  }

  @Override
  public void key(int code, boolean pressed) {
    add("\"kind\":\"key\",\"code\":" + code + ",\"pressed\":" + pressed);
  }

  @Override
  public void motion(int deltaX, int deltaY, int deltaZ) {
    add("\"kind\":\"motion\"" + coordinates(deltaX, deltaY, deltaZ));
  }

  @Override
  public void position(int x, int y, int deltaZ) {
    add("\"kind\":\"position\"" + coordinates(x, y, deltaZ));
  }

  /** Writes what was handed over and closes the file. */
  @Override
  public void close() throws IOException {
    lines.add(END);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
  }

  private static String coordinates(int x, int y, int wheel) {
    return ",\"x\":" + x + ",\"y\":" + y + ",\"wheel\":" + wheel;
  }

  private void add(String fields) {
    lines.add("{\"n\":" + ++number + "," + fields + "}\n");
  }

  private void write() {
    try {
      String line = lines.take();
      while (!line.equals(END)) {
        out.write(line);
        if (lines.isEmpty()) {
          out.flush();
        }
        line = lines.take();
      }
    } catch (IOException e) {
      LOG.error("guest log={} cannot be written: {}", file, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
