package org.dmore.coordinator.demo.guest;

/**
 * Writes over a range of the guest's memory again and again, so that a live migration finds pages
 * to send twice. Works in slices, because the console shares the thread.
 */
final class DirtyTask {
  static final long MEBIBYTE = 1 << 20;

  private static final int PERIOD_MILLIS = 10;
  private static final long SLICE = 8 * MEBIBYTE;

  private final MemoryToucher memory;
  private final GuestTimer timer;

  /** Tells the current range from the one before it, whose timer may still be on its way. */
  private int run;

  private long size;
  private long position;
  private long rounds;

  DirtyTask(MemoryToucher memory, GuestTimer timer) {
    this.memory = memory;
    this.timer = timer;
  }

  long capacityMib() {
    return memory.capacityBytes() / MEBIBYTE;
  }

  long sizeMib() {
    return size / MEBIBYTE;
  }

  /** Returns how often the whole range has been written. */
  long rounds() {
    return rounds;
  }

  /** Begins with the first {@code mib} MiB, at most the capacity; 0 ends the work. */
  void setSizeMib(long mib) {
    size = mib * MEBIBYTE;
    position = 0;
    rounds = 0;
    run++;
    if (size > 0) {
      scheduleNext(run);
    }
  }

  private void scheduleNext(int ofRun) {
    timer.schedule(
        PERIOD_MILLIS,
        () -> {
          if (run == ofRun) {
            scheduleNext(ofRun);
            touchSlice();
          }
        });
  }

  private void touchSlice() {
    long length = Math.min(SLICE, size - position);
    memory.touch(position, length, rounds + 1);
    position += length;
    if (position == size) {
      position = 0;
      rounds++;
    }
  }
}
