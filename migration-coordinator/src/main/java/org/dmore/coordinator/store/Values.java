package org.dmore.coordinator.store;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bound of values. */
final class Values {
  private Values() {}

  /**
   * The length of a value in bytes.
   *
   * @throws IllegalArgumentException if it is no text or too long
   */
  static int check(String key, String value) {
    int length;
    try {
      length = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the value of key=" + key + " is no text in Unicode", e);
    }
    if (length > StateStore.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "the value of key=%s has bytes=%d, at most %d"
              .formatted(key, length, StateStore.MAX_VALUE_BYTES));
    }
    return length;
  }
}
