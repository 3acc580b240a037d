package org.dmore.benchmarks.continuity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dmore.benchmarks.lab.recorder.KeyEvent;
import org.dmore.benchmarks.lab.typing.Keys;

/**
 * What a client types: each of 40 keys is pressed and released once, in an order by chance, then
 * all of them again in another order, and so on. So two equal events are some way apart, and one
 * that is lost, doubled or out of its place is seen as that. Not thread-safe.
 */
public final class KeySequence {
  /** Keys of the us layout that need no Shift and have no meaning to the guest's line editor. */
  private static final String CHARACTERS = "1234567890-=qwertyuiop[]asdfghjklzxcvbnm";

  private static final int F5_KEYSYM = 0xffc2;

  private final Random random;
  private final List<TypedKey> presses = new ArrayList<>();
  private int next;
  private boolean pressed;

  public KeySequence(Random random) {
    this.random = random;
    for (int i = 0; i < CHARACTERS.length(); i++) {
      KeyEvent press = Keys.typed(CHARACTERS.substring(i, i + 1)).get(0);
      presses.add(new TypedKey(CHARACTERS.charAt(i), press));
    }
    Collections.shuffle(presses, random);
  }

  /** The next event: a press, or the release of what was pressed last. */
  TypedKey next() {
    TypedKey press = presses.get(next);
    pressed = !pressed;
    if (pressed) {
      return press;
    }
    next++;
    if (next == presses.size()) {
      next = 0;
      Collections.shuffle(presses, random);
    }
    return new TypedKey(press.keysym(), KeyEvent.release(press.event().code()));
  }

  /** Whether the key that was pressed last is down. */
  boolean isPressed() {
    return pressed;
  }

  /** A key that the sequence does not have, pressed and released: when it is there, all is. */
  static List<TypedKey> fence() {
    return List.of(
        new TypedKey(F5_KEYSYM, KeyEvent.press(Keys.F5)),
        new TypedKey(F5_KEYSYM, KeyEvent.release(Keys.F5)));
  }
}
