package org.dmore.xen.embedded;

import org.dmore.xen.DomainId;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;

/** Paths as {@code docs/misc/xenstore.txt} has them. */
final class StorePath {
  static final String ROOT = "/";
  private static final int MAX_ABSOLUTE = 3072;
  private static final int MAX_RELATIVE = 2048;

  private StorePath() {}

  /** Checks a path and makes it absolute. */
  static String resolve(String path, DomainId domain) throws XenException {
    boolean absolute = path.startsWith("/");
    int limit = absolute ? MAX_ABSOLUTE : MAX_RELATIVE;
    if (path.isEmpty() || path.length() > limit) {
      throw new XenException(
          Errno.EINVAL, "path length=" + path.length() + " is not in 1.." + limit);
    }
    if ((!path.equals(ROOT) && path.endsWith("/")) || path.contains("//")) {
      throw new XenException(Errno.EINVAL, "path=\"" + path + "\" has an empty part");
    }
    for (int i = 0; i < path.length(); i++) {
      if (!allowed(path.charAt(i))) {
        throw new XenException(
            Errno.EINVAL,
            "path=\""
                + path
                + "\" has character="
                + (int) path.charAt(i)
                + ": letters, digits and -/_@ are allowed");
      }
    }
    return absolute ? path : home(domain) + "/" + path;
  }

  /** Where a domain's relative paths begin. */
  static String home(DomainId domain) {
    return "/local/domain/" + domain;
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? ROOT : path.substring(0, slash);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String child(String path, String name) {
    return path.equals(ROOT) ? ROOT + name : path + "/" + name;
  }

  /** Whether a path is another or lies below it. */
  static boolean covers(String upper, String path) {
    return upper.equals(ROOT)
        || (path.startsWith(upper)
            && (path.length() == upper.length() || path.charAt(upper.length()) == '/'));
  }

  private static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-/_@".indexOf(c) >= 0;
  }
}
