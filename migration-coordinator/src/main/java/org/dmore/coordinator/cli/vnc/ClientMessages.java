package org.dmore.coordinator.cli.vnc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What vernacular sends, message by message, and without its requests for updates: it asks without
 * end and nobody can tell which answer is to which question. Here {@link #request} asks, one thing
 * at a time, so that an answer proves that all that was sent before was read.
 *
 * <p>The handshake passes as it is, by the thread that made this; messages begin with {@link
 * #handshaken} or another thread's first byte. Thread-safe.
 */
final class ClientMessages extends OutputStream {
  private static final int FRAMEBUFFER_UPDATE_REQUEST = 3;
  private static final int KEY_EVENT = 4;
  private static final int REQUEST_LENGTH = 10;
  private static final int KEY_LENGTH = 8;

  private final OutputStream out;
  private final Thread handshaker = Thread.currentThread();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final CompletableFuture<Size> firstSize = new CompletableFuture<>();
  private boolean handshaken;

  /** A picture's, in pixels. */
  record Size(int width, int height) {}

  ClientMessages(OutputStream out) {
    this.out = out;
  }

  /** The handshake is over. */
  synchronized void handshaken() {
    handshaken = true;
  }

  /** Done with the picture's size once vernacular wants to ask for it. */
  CompletableFuture<Size> firstSize() {
    return firstSize;
  }

  /** Asks for pixels, whether they have changed or not (RFC 6143, 7.5.3). */
  synchronized void request(int width, int height) throws IOException {
    out.write(
        ByteBuffer.allocate(REQUEST_LENGTH)
            .put((byte) FRAMEBUFFER_UPDATE_REQUEST)
            .put((byte) 0)
            .putShort((short) 0)
            .putShort((short) 0)
            .putShort((short) width)
            .putShort((short) height)
            .array());
    out.flush();
  }

  @Override
  public synchronized void write(int octet) throws IOException {
    if (!handshaken && Thread.currentThread() == handshaker) {
      out.write(octet);
      return;
    }
    message.write(octet);
    Optional<Integer> length = length();
    if (length.isEmpty() || message.size() == length.get()) {
      byte[] whole = message.toByteArray();
      message.reset();
      if (length.isPresent() && whole[0] == FRAMEBUFFER_UPDATE_REQUEST) {
        ByteBuffer request = ByteBuffer.wrap(whole);
        boolean unused =
            firstSize.complete(
                new Size(request.getShort(6) & 0xffff, request.getShort(8) & 0xffff));
      } else {
        out.write(whole);
        out.flush();
      }
    }
  }

  /** How long the message is that has begun; empty for one that is never sent here. */
  private Optional<Integer> length() {
    return switch (message.toByteArray()[0]) {
      case FRAMEBUFFER_UPDATE_REQUEST -> Optional.of(REQUEST_LENGTH);
      case KEY_EVENT -> Optional.of(KEY_LENGTH);
      default -> Optional.empty();
    };
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    if (!handshaken && Thread.currentThread() == handshaker) {
      out.write(bytes, from, count);
      return;
    }
    for (int i = from; i < from + count; i++) {
      write(bytes[i]);
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close(); // without the lock: a writer may be stuck in it
  }
}
