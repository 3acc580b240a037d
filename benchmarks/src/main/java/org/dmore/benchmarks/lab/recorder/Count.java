package org.dmore.benchmarks.lab.recorder;

import java.util.List;

/**
 * How much the recorder has.
 *
 * @param keys presses and releases of keys
 * @param keyDigest over them
 * @param pointer events of the pointer
 * @param pointerDigest over them
 * @param dropped how often the kernel's buffer for the pointer ran over; the record is worth
 *     nothing if it is not 0
 * @param overflows events for which the recorder had no memory; likewise
 */
public record Count(
    int keys, String keyDigest, int pointer, String pointerDigest, int dropped, int overflows) {

  /** Whether the recorder itself has lost nothing. */
  public boolean isComplete() {
    return dropped == 0 && overflows == 0;
  }

  /** Whether the keys recorded are these, as far as the digest can tell. */
  public boolean hasKeys(List<KeyEvent> events) {
    return keys == events.size() && keyDigest.equals(Digest.ofKeys(events));
  }

  /** Whether the pointer's events are these, as far as the digest can tell. */
  public boolean hasPointer(List<PointerEvent> events) {
    return pointer == events.size() && pointerDigest.equals(Digest.ofPointer(events));
  }

  static Count of(Answer answer) throws RecorderException {
    return new Count(
        answer.number("keys"),
        answer.text("key-digest"),
        answer.number("pointer"),
        answer.text("pointer-digest"),
        answer.number("dropped"),
        answer.number("overflows"));
  }
}
