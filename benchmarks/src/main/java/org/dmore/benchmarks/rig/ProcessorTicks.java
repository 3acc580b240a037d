package org.dmore.benchmarks.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the machine's processors did since it started, in ticks of 10 ms, other programs included.
 *
 * @param idle nothing
 * @param all anything or nothing
 */
record ProcessorTicks(long idle, long all) {
  private static final Path STAT = Path.of("/proc/stat");

  /** Fields of its first line, after the name: idle, and waiting for a disk. */
  private static final int IDLE = 4;

  private static final int WAITING = 5;

  /** Virtual machines' time, which follows, is in user's already. */
  private static final int LAST = 8;

  /** Reads them; all are 0 where there is no such file. */
  static ProcessorTicks now() {
    if (!Files.isReadable(STAT)) {
      return new ProcessorTicks(0, 0);
    }
    try {
      String[] fields = Files.readString(STAT).lines().findFirst().orElse("").split(" +", -1);
      long all = 0;
      for (int i = 1; i <= LAST; i++) {
        all += Long.parseLong(fields[i]);
      }
      return new ProcessorTicks(
          Long.parseLong(fields[IDLE]) + Long.parseLong(fields[WAITING]), all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Percent of the time since then that nothing used. */
  double idlePercentSince(ProcessorTicks before) {
    return 100.0 * (idle - before.idle) / Math.max(1, all - before.all);
  }
}
