package org.dmore.vdev.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the audit's lines on a thread of its own, each with one write, so that a console that is
 * slow, or a disk, holds up no viewer, and no other output gets into a line. At most {@value #ROOM}
 * lines wait; for more there is no room.
 *
 * <p>Thread-safe.
 */
public final class AuditWriter implements AuditSink, AutoCloseable {
  /** What a line on the VM's console begins with, by which it is told from the log around it. */
  public static final String CONSOLE_PREFIX = "dmore-audit: ";

  static final int ROOM = 512;
  private static final long STACK = 128 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(ROOM);
  private final OutputStream out;
  private final String prefix;
  private final Thread thread;
  private volatile boolean closing;
  private boolean failed;

  /** Begins to write; the stream is closed at the end, and must not heed interrupts. */
  AuditWriter(OutputStream out, String prefix) {
    this.out = out;
    this.prefix = prefix;
    this.thread = new Thread(null, this::run, "audit", STACK);
    thread.setDaemon(true);
    thread.start();
  }

  /** To this process's standard output, which is the VM's console in a DomR, with a prefix. */
  public static AuditWriter toConsole() {
    // Not System.out, whose lock the log has; the stream stays the log's, too.
    OutputStream console =
        new FileOutputStream(FileDescriptor.out) {
          @Override
          public void close() {}
        };
    return new AuditWriter(console, CONSOLE_PREFIX);
  }

  /** To nowhere. */
  public static AuditWriter toNothing() {
    return new AuditWriter(OutputStream.nullOutputStream(), "");
  }

  /**
   * To a file, after what it has; one that is made is its owner's alone. It may be a pipe, or
   * {@code /proc/self/fd/3}.
   *
   * @throws IOException if it cannot be opened
   */
  public static AuditWriter toFile(Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            .close();
      }
      // Not a channel's stream, which an interrupt would close.
      return new AuditWriter(new FileOutputStream(file.toFile(), true), "");
    } catch (IOException e) {
      throw new IOException("audit=" + file + " cannot be written: " + e, e);
    }
  }

  @Override
  public boolean write(String line) {
    return !closing && lines.offer(line);
  }

  /** Writes what waits, as far as it goes within two seconds. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        put(lines.take());
      }
    } catch (InterruptedException e) {
      // It is closed: what waits is written still.
      for (String line = lines.poll(); line != null; line = lines.poll()) {
        put(line);
      }
    }
    try {
      out.close();
    } catch (IOException e) {
      LOG.warn("the audit's stream did not close in order: {}", e.getMessage());
    }
  }

  private void put(String line) {
    try {
      out.write((prefix + line + "\n").getBytes(StandardCharsets.US_ASCII));
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        LOG.error("the audit cannot be written: {}", e.getMessage());
      }
      failed = true;
    }
  }
}
