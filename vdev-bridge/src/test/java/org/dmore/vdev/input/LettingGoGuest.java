package org.dmore.vdev.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import org.dmore.vdev.wire.KbdifEvent;

/**
 * A guest with the us layout that reads what it consumes, and that lets go of all keys when it is
 * suspended.
 */
final class LettingGoGuest {
  /** Linux's codes and the letters on them. */
  private static final String[] ROWS = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};

  private static final int[] FIRST_CODES = {16, 30, 44};

  private final List<String> events = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final EventFingerprint fingerprint = new EventFingerprint();
  private final BitSet down = new BitSet();
  private Ring ring = new Ring(51);

  /** A ring of the guest's, of any size. */
  static final class Ring implements EventRing {
    final Deque<int[]> slots = new ArrayDeque<>();
    int size;

    Ring(int size) {
      this.size = size;
    }

    @Override
    public int room() {
      return size - slots.size();
    }

    @Override
    public void put(int word0, int word1, int word2, int word3) {
      assertThat(slots.size()).isLessThan(size);
      slots.add(new int[] {word0, word1, word2, word3});
    }

    @Override
    public void publish() {}

    @Override
    public int unconsumed() {
      return slots.size();
    }

    @Override
    public OptionalInt leftBy(int finalConsumer) {
      return OptionalInt.empty(); // the ledger never asks
    }
  }

  /** The key of a letter. */
  static int code(char letter) {
    for (int row = 0; row < ROWS.length; row++) {
      int at = ROWS[row].indexOf(letter);
      if (at >= 0) {
        return FIRST_CODES[row] + at;
      }
    }
    throw new IllegalArgumentException("letter=" + letter);
  }

  Ring ring() {
    return ring;
  }

  /** The driver makes a new ring, as after a move. */
  Ring newRing() {
    ring = new Ring(51);
    return ring;
  }

  /** What {@code input_dev_freeze} does. */
  void letGo() {
    down.clear();
  }

  void consume(int most) {
    for (int i = 0; i < most && !ring.slots.isEmpty(); i++) {
      int[] event = ring.slots.poll();
      fingerprint.add(event[0], event[1], event[2], event[3]);
      key(event[1], KbdifEvent.pressed(event[0]));
    }
  }

  /** Each event consumed, as {@code +42} or {@code -42}. */
  List<String> events() {
    return events;
  }

  /** What it read: see {@link #reading}. */
  String text() {
    return text.toString();
  }

  EventFingerprint fingerprint() {
    return fingerprint;
  }

  BitSet down() {
    return down;
  }

  private void key(int code, boolean pressed) {
    events.add((pressed ? "+" : "-") + code);
    down.set(code, pressed);
    for (int row = 0; row < ROWS.length && pressed; row++) {
      int at = code - FIRST_CODES[row];
      if (at >= 0 && at < ROWS[row].length()) {
        text.append(reading(ROWS[row].charAt(at), down));
      }
    }
  }

  /**
   * A letter with what its modifiers make of it: {@code b}, {@code B}, {@code ^b}, {@code Meta-B}.
   */
  static String reading(char letter, BitSet down) {
    boolean shift = down.get(LinuxInput.KEY_LEFTSHIFT) || down.get(LinuxInput.KEY_RIGHTSHIFT);
    boolean ctrl = down.get(LinuxInput.KEY_LEFTCTRL) || down.get(LinuxInput.KEY_RIGHTCTRL);
    boolean meta = down.get(LinuxInput.KEY_LEFTMETA) || down.get(LinuxInput.KEY_RIGHTMETA);
    return (ctrl ? "^" : "")
        + (down.get(LinuxInput.KEY_LEFTALT) ? "Alt-" : "")
        + (down.get(LinuxInput.KEY_RIGHTALT) ? "AltGr-" : "")
        + (meta ? "Meta-" : "")
        + (shift ? Character.toUpperCase(letter) : letter);
  }
}
