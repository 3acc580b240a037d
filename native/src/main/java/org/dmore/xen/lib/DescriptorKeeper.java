package org.dmore.xen.lib;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.dmore.xen.XenException;

/**
 * Keeps an open file open beyond this process's end, by a child process that does nothing but hold
 * it.
 *
 * <p>For a file of {@code /dev/xen/evtchn} whose ports a move has cut: whoever closes it last, and
 * be it by exiting, hits a BUG in the kernel and never ends, so that whoever waits for the process
 * waits for ever. The child is left to sleep for as long as the domain runs.
 */
final class DescriptorKeeper {
  private static final String PROGRAM = "sleep";
  private static final String SECONDS = Integer.toString(Integer.MAX_VALUE);

  /** Enough for {@code posix_spawn_file_actions_t} (80) and {@code posix_spawnattr_t} (336). */
  private static final int OPAQUE_SIZE = 512;

  private static final int STANDARD_INPUT = 0;
  private static final int FIRST_OTHER = 3;

  private DescriptorKeeper() {}

  /**
   * Starts the child, with the descriptor as its standard input and with nothing else of ours but
   * standard output and error.
   *
   * @return the child's process id
   * @throws XenException if it cannot be started: ENOENT without a {@code sleep} program
   */
  static int keep(int fd) throws XenException {
    SpawnLibrary.load();
    try (Memory actions = cleared();
        Memory attributes = cleared();
        Memory program = string(PROGRAM);
        Memory seconds = string(SECONDS);
        Memory arguments = new Memory(3L * Long.BYTES);
        Memory environment = new Memory(Long.BYTES)) {
      arguments.setPointer(0, program);
      arguments.setPointer(Long.BYTES, seconds);
      arguments.setLong(2L * Long.BYTES, 0);
      environment.setLong(0, 0);
      long actionsAt = Pointer.nativeValue(actions);
      long attributesAt = Pointer.nativeValue(attributes);
      int[] pid = {0};
      // SAFETY: both opaque structures have more room than they need and are destroyed below; the
      // calls copy what they are given.
      check(SpawnLibrary.posix_spawn_file_actions_init(actionsAt));
      try {
        check(SpawnLibrary.posix_spawnattr_init(attributesAt));
        try {
          check(
              SpawnLibrary.posix_spawnattr_setflags(attributesAt, SpawnLibrary.POSIX_SPAWN_SETSID));
          check(SpawnLibrary.posix_spawn_file_actions_adddup2(actionsAt, fd, STANDARD_INPUT));
          check(SpawnLibrary.posix_spawn_file_actions_addclosefrom_np(actionsAt, FIRST_OTHER));
          // SAFETY: strings end with zeros and arrays with null pointers; all live until the call
          // returns, which is after the child's exec.
          check(
              SpawnLibrary.posix_spawnp(
                  pid,
                  Pointer.nativeValue(program),
                  actionsAt,
                  attributesAt,
                  Pointer.nativeValue(arguments),
                  Pointer.nativeValue(environment)));
          return pid[0];
        } finally {
          SpawnLibrary.posix_spawnattr_destroy(attributesAt);
        }
      } finally {
        SpawnLibrary.posix_spawn_file_actions_destroy(actionsAt);
      }
    }
  }

  private static Memory cleared() {
    Memory memory = new Memory(OPAQUE_SIZE);
    memory.clear();
    return memory;
  }

  private static Memory string(String text) {
    byte[] bytes = (text + '\0').getBytes(StandardCharsets.US_ASCII);
    Memory memory = new Memory(bytes.length);
    memory.write(0, bytes, 0, bytes.length);
    return memory;
  }

  /** These calls return the error number instead of setting errno. */
  private static void check(int number) throws XenException {
    if (number != 0) {
      throw Errors.of(number, "program=" + PROGRAM + " could not be started to keep a descriptor");
    }
  }
}
