package org.dmore.xen.lib;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore;

/** Strings on their way to libxenstore and back. */
final class XsStrings {
  /** {@code XENSTORE_ABS_PATH_MAX} and {@code XENSTORE_REL_PATH_MAX} of {@code xs_wire.h}. */
  private static final int ABSOLUTE_MAX = 3072;

  private static final int RELATIVE_MAX = 2048;

  /**
   * What the kernel's {@code /dev/xen/xenbus} takes in one message: its buffer has 4096 bytes with
   * the header of 16. A longer message breaks the connection.
   */
  private static final int DEVICE_MAX_PAYLOAD = XenStore.MAX_PAYLOAD - 16;

  private XsStrings() {}

  /**
   * A path as C wants it. Which characters it may have is for xenstored to judge; what would break
   * the message is refused here.
   */
  static byte[] path(String path) throws XenException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    int limit = path.startsWith("/") ? ABSOLUTE_MAX : RELATIVE_MAX;
    if (bytes.length == 0 || bytes.length > limit || path.indexOf('\0') >= 0) {
      throw new XenException(
          Errno.EINVAL, "path length=" + bytes.length + " limit=" + limit + ", no zeros allowed");
    }
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** A value; its bytes end nowhere but at their end. */
  static byte[] value(byte[] path, String value) throws XenException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (path.length + bytes.length > DEVICE_MAX_PAYLOAD) {
      throw new XenException(
          Errno.EINVAL,
          "path="
              + new String(path, 0, path.length - 1, StandardCharsets.UTF_8)
              + " payload="
              + (path.length + bytes.length)
              + " limit="
              + DEVICE_MAX_PAYLOAD);
    }
    return bytes;
  }

  /** Reads a value and gives its memory back. */
  static String takeString(long address, int length) {
    try {
      // SAFETY: the library returned the address with this many bytes.
      return new String(new Pointer(address).getByteArray(0, length), StandardCharsets.UTF_8);
    } finally {
      // SAFETY: the library allocated it for the caller, who reads it no more.
      CLibrary.free(address);
    }
  }

  /** Reads an array of strings and gives its memory, one block, back. */
  static List<String> takeStrings(long address, int count) {
    try {
      List<String> strings = new ArrayList<>(count);
      Pointer array = new Pointer(address);
      for (int i = 0; i < count; i++) {
        // SAFETY: the library returned an array of this many pointers to strings in its own block.
        strings.add(array.getPointer((long) i * Long.BYTES).getString(0, "UTF-8"));
      }
      return strings;
    } finally {
      // SAFETY: as above.
      CLibrary.free(address);
    }
  }
}
