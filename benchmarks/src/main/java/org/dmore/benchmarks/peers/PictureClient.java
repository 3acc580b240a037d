package org.dmore.benchmarks.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Holds a server's picture of 800x600 in 32 bits, by the Raw encoding, over a connection whose
 * handshake is done. Used by one thread.
 */
final class PictureClient implements AutoCloseable {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int RAW = 0;
  private static final int DESKTOP_SIZE = -223;
  private static final int BYTES_PER_PIXEL = 4;
  private static final int BUFFER = 1 << 16;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final byte UPDATE = 0;
  private static final byte BELL = 2;
  private static final byte CUT_TEXT = 3;

  /** SetPixelFormat: 32 bits, depth 24, little endian, true colour, xRGB. */
  private static final byte[] PIXEL_FORMAT = {
    0, 0, 0, 0, 32, 24, 0, 1, 0, (byte) 255, 0, (byte) 255, 0, (byte) 255, 16, 8, 0, 0, 0, 0
  };

  private static final byte[] ENCODINGS = {2, 0, 0, 2, 0, 0, 0, 0, -1, -1, -1, DESKTOP_SIZE + 256};

  private final SocketChannel socket;
  private final Selector selector = Selector.open();
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.BIG_ENDIAN).limit(0);
  private final ByteBuffer request = ByteBuffer.allocateDirect(10);
  private final int[] picture = new int[WIDTH * HEIGHT];
  private boolean whole = true;

  /** Chooses format and encoding; returns when the whole picture is there. */
  PictureClient(SocketChannel socket) throws IOException {
    this.socket = socket;
    socket.configureBlocking(false);
    socket.register(selector, SelectionKey.OP_READ);
    write(ByteBuffer.wrap(PIXEL_FORMAT));
    write(ByteBuffer.wrap(ENCODINGS));
    request();
    readUpdate();
  }

  /** Asks for the next update: of what changes, or of all where the server's size changed. */
  void request() throws IOException {
    request.clear();
    request.put((byte) 3).put((byte) (whole ? 0 : 1)).putInt(0);
    request.putShort((short) WIDTH).putShort((short) HEIGHT).flip();
    whole = false;
    write(request);
  }

  /** Waits for an update's start, for a time; returns whether one is there. */
  boolean awaitUpdate(long nanos) throws IOException {
    long deadline = System.nanoTime() + nanos;
    while (!in.hasRemaining()) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || !receive(left)) {
        return false;
      }
    }
    return true;
  }

  /** Reads messages to the end of an update. */
  void readUpdate() throws IOException {
    while (true) {
      need(1);
      byte type = in.get();
      switch (type) {
        case UPDATE -> {
          readRectangles();
          return;
        }
        case BELL -> {}
        case CUT_TEXT -> {
          need(7);
          in.position(in.position() + 3);
          skip(in.getInt());
        }
        default -> throw new IOException("message-type=" + type + " was not expected");
      }
    }
  }

  /** A pixel as the last update left it, {@code 0x00RRGGBB}. */
  int pixel(int x, int y) {
    return picture[y * WIDTH + x] & 0xffffff;
  }

  private void readRectangles() throws IOException {
    need(3);
    in.get();
    int count = in.getShort() & 0xffff;
    for (int i = 0; i < count; i++) {
      need(12);
      int x = in.getShort() & 0xffff;
      int y = in.getShort() & 0xffff;
      int width = in.getShort() & 0xffff;
      int height = in.getShort() & 0xffff;
      int encoding = in.getInt();
      if (encoding == DESKTOP_SIZE) {
        whole = true;
      } else if (encoding != RAW) {
        throw new IOException("encoding=" + encoding + " was not asked for");
      } else if (x + width > WIDTH || y + height > HEIGHT) {
        throw new IOException(
            "rectangle=%d,%d %dx%d is not within 800x600".formatted(x, y, width, height));
      } else {
        readPixels(x, y, width, height);
      }
    }
  }

  private void readPixels(int x, int y, int width, int height) throws IOException {
    for (int row = y; row < y + height; row++) {
      need(width * BYTES_PER_PIXEL);
      IntBuffer pixels = in.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      in.order(ByteOrder.BIG_ENDIAN);
      pixels.get(picture, row * WIDTH + x, width);
      in.position(in.position() + width * BYTES_PER_PIXEL);
    }
  }

  private void skip(int count) throws IOException {
    for (int left = count; left > 0; ) {
      need(1);
      int now = Math.min(left, in.remaining());
      in.position(in.position() + now);
      left -= now;
    }
  }

  /** Waits until so many bytes are there. */
  private void need(int count) throws IOException {
    if (in.remaining() >= count) {
      return;
    }
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (in.remaining() < count) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || !receive(left)) {
        throw new SocketTimeoutException("no whole update came within 10 s");
      }
    }
  }

  /** Receives some bytes, behind those that are there; returns whether any came in time. */
  private boolean receive(long nanos) throws IOException {
    int ready = selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    selector.selectedKeys().clear();
    if (ready == 0) {
      return false;
    }
    in.compact();
    int got = socket.read(in);
    in.flip();
    if (got < 0) {
      throw new EOFException("the server closed the connection");
    }
    return true;
  }

  private void write(ByteBuffer message) throws IOException {
    while (message.hasRemaining()) {
      socket.write(message);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
