package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A count that another process makes in a page of memory that both have; see {@code floor.c}. The
 * client that waits either watches the page, or says in it that it sleeps and reads a pipe into
 * which the other process then writes a byte. Nothing allocates.
 */
final class SharedArrivals implements KeyCount {
  /** Bytes of the page that are used. */
  static final int LENGTH = 2 * Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int COUNT = 0;
  private static final int ASLEEP = Long.BYTES;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int TURNS = 1 << 12;

  private final ByteBuffer page;
  private final InputStream wakes;

  /**
   * Awaits what is counted in a page.
   *
   * @param page direct memory of at least {@link #LENGTH} bytes
   * @param wakes a byte for each time that the client was asleep when a key came
   */
  SharedArrivals(ByteBuffer page, InputStream wakes) {
    this.page = page;
    this.wakes = wakes;
  }

  @Override
  public long count() {
    return (long) LONGS.getVolatile(page, COUNT);
  }

  @Override
  public void awaitSpinning(long wanted) {
    long begin = 0;
    while (true) {
      for (int turn = 0; turn < TURNS; turn++) {
        if (count() >= wanted) {
          return;
        }
        Thread.onSpinWait();
      }
      begin = begin == 0 ? System.nanoTime() : begin;
      if (System.nanoTime() - begin > PATIENCE_NANOS && count() < wanted) {
        throw new IllegalStateException("arrived=" + count() + " wanted=" + wanted + " after 10 s");
      }
    }
  }

  @Override
  public void awaitParking(long wanted) {
    while (count() < wanted) {
      LONGS.setVolatile(page, ASLEEP, 1L);
      // Who takes the mark away owes the byte: nobody does if it was taken back in time.
      if (count() >= wanted && LONGS.compareAndSet(page, ASLEEP, 1L, 0L)) {
        return;
      }
      sleep(wanted);
    }
  }

  private void sleep(long wanted) {
    try {
      if (wakes.read() < 0) {
        throw new IllegalStateException(
            "arrived=" + count() + " wanted=" + wanted + " and the floor's process has ended");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
