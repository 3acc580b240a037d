package org.dmore.rfb.capture;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes a recording on a thread of its own, so that a slow disk stops no event loop: blocks wait
 * here, bounded, and who brings more is told to wait.
 *
 * <p>Thread-safe.
 */
final class RecordingWriter {
  private static final byte[] SIGNATURE = "FBS 001.000\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PADDING = new byte[3];

  private final WritableByteChannel frames;
  private final Optional<WritableByteChannel> input;
  private final int maxWaiting;
  private final Runnable roomAgain;
  private final Runnable failed;
  private final CompletableFuture<Recording.End> ended = new CompletableFuture<>();
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private final Thread thread;

  private long waiting;
  private boolean refused;
  private boolean finished;
  private String reason = "";
  private Optional<Exception> failure = Optional.empty();
  private volatile long bytes;

  /** A block, or a line of input. */
  private record Item(ByteBuf content, long millis, boolean line) {}

  /**
   * Begins.
   *
   * @param roomAgain called after a refusal, once there is room
   * @param failed called once if it cannot be written; further items are thrown away
   */
  RecordingWriter(
      WritableByteChannel frames,
      Optional<WritableByteChannel> input,
      int maxWaiting,
      Runnable roomAgain,
      Runnable failed) {
    this.frames = frames;
    this.input = input;
    this.maxWaiting = maxWaiting;
    this.roomAgain = roomAgain;
    this.failed = failed;
    this.thread = new Thread(this::run, "rfb-recording");
    thread.setDaemon(true);
    thread.start();
  }

  /** Bytes of frames that are written. */
  long bytes() {
    return bytes;
  }

  CompletableFuture<Recording.End> ended() {
    return ended;
  }

  /**
   * Takes a block of what the server said, and its ownership, if there is room.
   *
   * @return false if there is none; {@code roomAgain} tells when to come again
   */
  synchronized boolean offerFrame(ByteBuf content, long millis) {
    if (finished || failure.isPresent()) {
      content.release();
      return true;
    }
    // One that is larger than all the room there is must find it empty, not wait for ever.
    if (waiting > 0 && waiting + content.readableBytes() > maxWaiting) {
      refused = true;
      return false;
    }
    add(new Item(content, millis, false));
    return true;
  }

  /** Takes a line of input, and its ownership; where there is no room the recording has failed. */
  void offerLine(ByteBuf line) {
    boolean tell = false;
    synchronized (this) {
      if (finished || failure.isPresent()) {
        line.release();
      } else if (waiting + line.readableBytes() > 2L * maxWaiting) {
        line.release();
        fail(new IOException("the disk is too slow for the input: waiting-bytes=" + waiting));
        tell = true;
      } else {
        add(new Item(line, 0, true));
      }
    }
    if (tell) {
      failed.run();
    }
  }

  private void add(Item item) {
    waiting += item.content.readableBytes();
    items.add(item);
    notifyAll();
  }

  /** Nothing more comes; what waits is written. */
  synchronized void finish(String why) {
    if (!finished) {
      finished = true;
      reason = why;
      notifyAll();
    }
  }

  /** Waits no longer for the disk. */
  void abandon(Exception why) {
    synchronized (this) {
      fail(why);
      finish("abandoned");
    }
    thread.interrupt();
  }

  private void fail(Exception why) {
    if (failure.isEmpty()) {
      failure = Optional.of(why);
    }
    notifyAll();
  }

  private void run() {
    try {
      write(frames, ByteBuffer.wrap(SIGNATURE));
      bytes = SIGNATURE.length;
      for (Optional<Item> item = next(); item.isPresent(); item = next()) {
        int size = item.get().content.readableBytes();
        try {
          write(item.get());
        } finally {
          item.get().content.release();
        }
        wrote(size);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      synchronized (this) {
        fail(e);
      }
      failed.run();
    } finally {
      end();
    }
  }

  private synchronized Optional<Item> next() throws InterruptedException {
    while (items.isEmpty() && !finished && failure.isEmpty()) {
      wait();
    }
    return failure.isPresent() ? Optional.empty() : Optional.ofNullable(items.poll());
  }

  private void wrote(int size) {
    boolean tell;
    synchronized (this) {
      waiting -= size;
      tell = refused && waiting <= maxWaiting / 2;
      refused = refused && !tell;
    }
    if (tell) {
      roomAgain.run();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by the thread alone
  private void write(Item item) throws IOException {
    ByteBuf content = item.content;
    if (item.line) {
      write(input.orElseThrow(), content.nioBuffer());
      return;
    }
    int length = content.readableBytes();
    int padding = -length & 3;
    try {
      write(frames, ByteBuffer.allocate(4).putInt(0, length));
      for (ByteBuffer part : content.nioBuffers()) {
        write(frames, part);
      }
      ByteBuffer tail = ByteBuffer.allocate(4 + padding);
      tail.put(PADDING, 0, padding).putInt((int) item.millis).flip();
      write(frames, tail);
    } catch (IOException e) {
      cutBack();
      throw e;
    }
    bytes = bytes + 8L + length + padding;
  }

  /** A block of which only a part is there would end a player with an error. */
  private void cutBack() {
    if (frames instanceof FileChannel file && file.isOpen()) {
      try {
        file.truncate(bytes);
      } catch (IOException e) {
        // The disk has a problem already, which is told.
      }
    }
  }

  private static void write(WritableByteChannel channel, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  private void end() {
    Recording.End how;
    synchronized (this) {
      finished = true;
      items.forEach(item -> item.content.release());
      items.clear();
      waiting = 0;
    }
    close(frames);
    input.ifPresent(this::close);
    synchronized (this) {
      how = new Recording.End(failure.map(Exception::toString).orElse(reason), failure);
    }
    ended.complete(how);
  }

  private void close(WritableByteChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      synchronized (this) {
        fail(e);
      }
    }
  }
}
