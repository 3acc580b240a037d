package org.dmore.benchmarks.lab.typing;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.dmore.benchmarks.lab.recorder.KeyEvent;

/**
 * What becomes of key events in a guest that is suspended and moved among them.
 *
 * <p>Linux lets go of all keys that are down before it is suspended ({@code input_dev_freeze} of
 * {@code drivers/input/input.c}), in the order of their codes. Then the console presses again the
 * modifiers among them, before anything else arrives. Of the other keys the release that was sent
 * for them changes nothing any more, and nobody above the input layer sees it.
 */
public final class Suspension {
  /** Linux's codes of modifiers, in the order in which the console presses them. */
  private static final int[] MODIFIERS = {42, 54, 100, 56, 29, 97, 125, 126};

  private Suspension() {}

  /**
   * What a guest sees.
   *
   * @param sent all events that were sent, each a change of its key
   * @param before so many of them reached the guest before it was suspended
   */
  public static List<KeyEvent> seen(List<KeyEvent> sent, int before) {
    List<KeyEvent> seen = new ArrayList<>(sent.subList(0, before));
    TreeSet<Integer> letGo = new TreeSet<>();
    for (KeyEvent event : seen) {
      if (event.pressed()) {
        letGo.add(event.code());
      } else {
        letGo.remove(event.code());
      }
    }
    letGo.forEach(code -> seen.add(KeyEvent.release(code)));
    for (int code : MODIFIERS) {
      if (letGo.remove(code)) {
        seen.add(KeyEvent.press(code));
      }
    }
    for (KeyEvent event : sent.subList(before, sent.size())) {
      boolean isUp = letGo.remove(event.code());
      if (event.pressed() || !isUp) {
        seen.add(event);
      }
    }
    return seen;
  }

  /**
   * What a guest must have seen that was suspended once while certain keys were held. When it was
   * is taken from what it did see, since it lets go of those keys then; everything else follows.
   *
   * @param sent all events that were sent, each a change of its key
   * @param seen what the guest saw
   * @param held codes of keys of which each was pressed once and released once, none of them within
   *     a stroke of another key
   * @return what it saw, if that can be; if not, what it would have seen had it been suspended
   *     about where it let go of the keys, or right after they were pressed
   */
  public static List<KeyEvent> expected(List<KeyEvent> sent, List<KeyEvent> seen, int... held) {
    int first = 0;
    int last = sent.size();
    int letGo = seen.size();
    for (int code : held) {
      first = Math.max(first, sent.indexOf(KeyEvent.press(code)) + 1);
      last = Math.min(last, sent.indexOf(KeyEvent.release(code)));
      int at = seen.indexOf(KeyEvent.release(code));
      letGo = at < 0 ? letGo : Math.min(letGo, at);
    }
    // Another key that was down may have been let go of before these.
    for (int before = letGo; before >= first && before >= letGo - 3; before--) {
      if (before <= last && seen(sent, before).equals(seen)) {
        return seen;
      }
    }
    return seen(sent, letGo < first || letGo > last ? first : letGo);
  }
}
