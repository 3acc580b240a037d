package org.dmore.coordinator.store;

import java.nio.charset.StandardCharsets;

/**
 * Keys and prefixes. A key is a path of names, each behind a slash: {@code /dmore/hosts/alpha}. A
 * prefix ends in a slash and means all keys that begin with it: {@code /dmore/hosts/}. Names
 * consist of letters and digits of ASCII and of {@code . _ - + : @ %}, and a key has at most {@link
 * #MAX_LENGTH} characters.
 */
public final class Keys {
  /** How many characters a key or a prefix may have. */
  public static final int MAX_LENGTH = 1024;

  private static final String PUNCTUATION = "._-+:@";

  private Keys() {}

  /**
   * The key itself, if it is one.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static String check(String key) {
    if (key.endsWith("/")) {
      throw new IllegalArgumentException("key=" + key + " must not end in a slash");
    }
    checkPath(key, key + "/");
    return key;
  }

  /**
   * The prefix itself, if it is one.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static String checkPrefix(String prefix) {
    if (!prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix=" + prefix + " must end in a slash");
    }
    if (!prefix.equals("/")) {
      checkPath(prefix, prefix);
    }
    return prefix;
  }

  /** The least text that is greater than every key below a prefix. */
  public static String endOf(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
  }

  /**
   * Any name, such as a VM's, as one name of a key: what keys may not contain is written as {@code
   * %XX}.
   */
  public static String nameOf(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a name must not be empty");
    }
    StringBuilder name = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c)) {
        name.append(c);
      } else {
        name.append('%').append("%02X".formatted((int) c));
      }
    }
    return name.toString();
  }

  private static void checkPath(String path, String closed) {
    if (path.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "key=%s... has length=%d, at most %d"
              .formatted(path.substring(0, 40), path.length(), MAX_LENGTH));
    }
    if (!closed.startsWith("/") || closed.equals("/") || closed.contains("//")) {
      throw new IllegalArgumentException(
          "key=" + path + " must be names, each behind one slash, as in /dmore/hosts/alpha");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' && c != '%' && !isPlain(c)) {
        throw new IllegalArgumentException(
            "key=%s has a character that keys do not: %s".formatted(path, c));
      }
    }
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PUNCTUATION.indexOf(c) >= 0;
  }
}
