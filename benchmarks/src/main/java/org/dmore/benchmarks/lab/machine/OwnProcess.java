package org.dmore.benchmarks.lab.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process by its id and the moment it was started, which together are never used twice between
 * two boots: an id alone may belong to somebody else by now.
 *
 * @param pid the process
 * @param start {@code starttime} of proc(5): clock ticks since boot
 */
public record OwnProcess(long pid, long start) {
  /**
   * Fields of /proc/PID/stat after the name's closing parenthesis; starttime is the file's 22nd.
   */
  private static final int START_FIELD = 22 - 3;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A process that runs now. */
  public static OwnProcess of(long pid) throws IOException {
    return new OwnProcess(
        pid,
        startOf(Path.of("/proc"), pid)
            .orElseThrow(() -> new IOException("pid=" + pid + " has ended already")));
  }

  /** Whether it still runs and is still the same. A zombie does not run. */
  public boolean isAlive() throws IOException {
    OptionalLong now = startOf(Path.of("/proc"), pid);
    return now.isPresent() && now.getAsLong() == start;
  }

  /**
   * Ends it, if it is still the same: asks first, kills after some seconds.
   *
   * @return whether there was something to end
   */
  public boolean end() throws IOException, InterruptedException {
    if (!isAlive()) {
      return false;
    }
    ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
    if (handle == null) {
      return false;
    }
    handle.destroy();
    if (!ends(handle)) {
      handle.destroyForcibly();
      if (!ends(handle)) {
        throw new IOException("pid=" + pid + " does not end: see its state in /proc/" + pid);
      }
    }
    return true;
  }

  private static boolean ends(ProcessHandle handle) throws InterruptedException {
    try {
      handle.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException | CompletionException e) {
      return !handle.isAlive();
    }
  }

  /** The start of a process that is there and no zombie. */
  static OptionalLong startOf(Path proc, long pid) throws IOException {
    String stat;
    try {
      stat = Files.readString(proc.resolve(Long.toString(pid)).resolve("stat"));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      if (!Files.exists(proc.resolve(Long.toString(pid)))) {
        return OptionalLong.empty();
      }
      throw e;
    }
    // The name may have blanks and parentheses of its own.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return fields[0].equals("Z")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(fields[START_FIELD]));
  }
}
