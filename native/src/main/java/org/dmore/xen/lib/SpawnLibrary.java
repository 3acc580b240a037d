package org.dmore.xen.lib;

import org.dmore.xen.XenException;

/**
 * The C library's {@code spawn.h}; direct mapping. Apart from {@link CLibrary}, since one of its
 * calls is younger than the rest.
 */
@SuppressWarnings("MemberName") // the methods carry the C library's names: JNA binds by them
final class SpawnLibrary {
  static final short POSIX_SPAWN_SETSID = 0x80;

  private SpawnLibrary() {}

  static void load() throws XenException {
    Libraries.bind(SpawnLibrary.class, "libc.so.6", "libc6");
  }

  static native int posix_spawn_file_actions_init(long actions);

  static native int posix_spawn_file_actions_adddup2(long actions, int fd, int newFd);

  /** glibc 2.34. */
  static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawnattr_init(long attributes);

  static native int posix_spawnattr_setflags(long attributes, short flags);

  static native int posix_spawnattr_destroy(long attributes);

  static native int posix_spawnp(
      int[] pid, long file, long actions, long attributes, long arguments, long environment);
}
