package org.dmore.coordinator.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The time since the machine started, in nanoseconds: the same for all its processes, set by
 * nobody, and going on while the machine sleeps, which {@link System#nanoTime} does not. The kernel
 * gives it in hundredths of a second (proc(5), {@code /proc/uptime}). Thread-safe.
 */
public final class BootClock implements LongSupplier {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final long NANOS_PER_HUNDREDTH = 10_000_000;

  @Override
  public long getAsLong() {
    String text = read(UPTIME);
    int dot = text.indexOf('.');
    long hundredths =
        Long.parseLong(text, 0, dot, 10) * 100 + Long.parseLong(text, dot + 1, dot + 3, 10);
    return hundredths * NANOS_PER_HUNDREDTH;
  }

  /** What tells this start of the machine from all others. */
  public String bootId() {
    return read(BOOT_ID).strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: is /proc mounted?", e);
    }
  }
}
